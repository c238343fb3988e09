#include <weft/models/generated/detail/english_french_grammar.h>

#include <string>

namespace weft::text::bilingual {

namespace {

bool is_animate(Kind kind) { return kind == Kind::person || kind == Kind::animal; }

void put_first(Words& words, std::string_view expression) {
  Words first;
  append(first, expression);
  words.insert(words.begin(), first.begin(), first.end());
}

std::string_view english_form(const Determiner& determiner, Number number) {
  return number == Number::singular ? determiner.english_singular : determiner.english_plural;
}

std::string_view french_form(const Determiner& determiner, const Agreement& noun, bool before_vowel) {
  if (noun.number == Number::plural) return determiner.plural;
  if (noun.gender == Gender::feminine) return before_vowel ? determiner.feminine_before_vowel : determiner.feminine;
  return before_vowel ? determiner.masculine_before_vowel : determiner.masculine;
}

}  // namespace

const Noun& Grammar::noun_of(Kind kind) {
  switch (kind) {
    case Kind::person:
      return random_.pick(kPersons);
    case Kind::animal:
      return random_.pick(kAnimals);
    case Kind::thing:
      return random_.pick(kThings);
    case Kind::food:
      return random_.pick(kFoods);
    case Kind::place:
      break;
  }
  return random_.pick(kPlaces);
}

const Adjective& Grammar::adjective_of(Kind kind) {
  if (random_.chance(0.35)) return random_.pick(kPlainAdjectives);
  return is_animate(kind) ? random_.pick(kAnimateAdjectives) : random_.pick(kInanimateAdjectives);
}

const Adjective* Grammar::adjective_at(Kind kind, bool precedes, double probability) {
  if (!perhaps(probability)) return nullptr;
  for (;;) {
    const Adjective& adjective = adjective_of(kind);
    if (adjective.precedes == precedes) return &adjective;
  }
}

const Determiner& Grammar::determiner_for(Number number, bool definite_only) {
  if (random_.chance(0.45)) return kThe;
  if (!definite_only && random_.chance(0.35)) return kIndefinite;
  for (;;) {
    const Determiner& determiner = random_.pick(kDeterminers);
    if (!english_form(determiner, number).empty() && (determiner.definite || !definite_only)) return determiner;
  }
}

void Grammar::write_determiner(NounPhrase& noun, const NounRules& rules, bool adjective_first) {
  const Agreement& agreement = noun.agreement;
  const bool many = agreement.number == Number::plural;
  const Determiner& determiner = determiner_for(agreement.number, rules.definite_only);
  std::string english(english_form(determiner, agreement.number));
  std::string_view french = french_form(determiner, agreement, begins_with_vowel(noun.phrase.french.front()));
  if (&determiner == &kIndefinite) {
    if (!many) english = indefinite_article(noun.phrase.english.front());
    if (many && rules.denied_object) english = "any";
    if (rules.denied_object || (many && adjective_first)) french = "de";  // pas de chiens, de petits chiens
  }
  put_first(noun.phrase.english, english);
  put_first(noun.phrase.french, french);
}

// the king 's dog: le chien du roi
void Grammar::write_owner(NounPhrase& noun) {
  const Noun& owner = noun_of(Kind::person);
  NounPhrase owner_phrase = {.phrase = {{std::string(owner.english)}, {std::string(owner.french)}},
                             .agreement = {3, owner.gender}};
  write_determiner(owner_phrase, {.definite_only = true}, false);
  put_first(noun.phrase.english, "'s");
  noun.phrase.english.insert(noun.phrase.english.begin(), owner_phrase.phrase.english.begin(), owner_phrase.phrase.english.end());
  put_first(noun.phrase.french, french_form(kThe, noun.agreement, false));
  noun.phrase += Phrase{{}, {"de"}};
  noun.phrase += Phrase{{}, owner_phrase.phrase.french};
}

NounPhrase Grammar::noun_phrase(Kind kind, const NounRules& rules) {
  const Noun& noun = noun_of(kind);
  const bool many = random_.chance(0.3);
  NounPhrase result = {.agreement = {3, noun.gender, many ? Number::plural : Number::singular}, .kind = kind};
  const std::string french = many ? plural_french(noun.french) : std::string(noun.french);
  const Adjective* before = adjective_at(kind, true, 0.3);
  const Adjective* after = adjective_at(kind, false, 0.25);

  Words& english_words = result.phrase.english;
  Words& french_words = result.phrase.french;
  if (before) english_words.emplace_back(before->english);
  if (after) english_words.emplace_back(after->english);
  english_words.push_back(many ? plural_english(noun) : std::string(noun.english));
  if (before) french_words.push_back(adjective_french(*before, result.agreement, begins_with_vowel(french)));
  french_words.push_back(french);
  if (after) french_words.push_back(adjective_french(*after, result.agreement));

  if (perhaps(0.12)) {
    write_owner(result);
  } else {
    write_determiner(result, rules, before != nullptr);
  }
  if (rules.depth > 0 && kind != Kind::place && perhaps(0.12)) {
    result.phrase += place(rules.depth - 1);
  } else if (rules.depth > 0 && perhaps(0.25)) {
    result.phrase += relative_clause(result, rules.depth - 1);
  }
  return result;
}

Phrase Grammar::place(int depth) {
  Phrase phrase;
  if (random_.chance(0.15)) {
    phrase += kPositions[static_cast<std::size_t>(random_.below(kPositionsByPersons))];
    phrase += noun_phrase(Kind::person, {.depth = depth}).phrase;
  } else {
    phrase += random_.pick(kPositions);
    phrase += noun_phrase(Kind::place, {.depth = depth}).phrase;
  }
  return phrase;
}

Phrase Grammar::relative_clause(const NounPhrase& head, int depth) {
  const Tense when = tense();
  Phrase phrase;
  if (head.kind == Kind::place || random_.chance(0.4)) {  // the dog that she saw: le chien qu'elle a vu
    const NounPhrase actor = random_.chance(0.5) ? noun_phrase(Kind::person, {}) : pronoun_subject();
    const Verb& verb = verb_with_object(Kind::person, head.kind);
    phrase += Expression{"that", "que"};
    phrase += actor.phrase;
    phrase += verb_group(verb, actor.agreement, {when, when}, manner(), {}, &head.agreement);
  } else {  // the girl who sings: la fille qui chante
    phrase += Expression{head.kind == Kind::person ? "who" : "that", "qui"};
    phrase += predicate(head, {when, when}, depth);
  }
  return phrase;
}

NounPhrase Grammar::pronoun_subject() {
  const Pronoun& pronoun = random_.pick(kPronouns);
  return {{{std::string(pronoun.english_subject)}, {std::string(pronoun.subject)}}, pronoun.agreement, Kind::person};
}

NounPhrase Grammar::joined_subject() {
  const Kind kind = random_.chance(0.75) ? Kind::person : Kind::animal;
  NounPhrase result = noun_phrase(kind, {.definite_only = true});
  const NounPhrase second = noun_phrase(kind, {.definite_only = true});
  result.phrase += Expression{"and", "et"};
  result.phrase += second.phrase;
  const bool all_feminine = result.agreement.gender == Gender::feminine && second.agreement.gender == Gender::feminine;
  result.agreement = {3, all_feminine ? Gender::feminine : Gender::masculine, Number::plural};
  return result;
}

NounPhrase Grammar::subject(int depth) {
  if (!perhaps(0.6)) return pronoun_subject();
  if (depth > 0 && perhaps(0.15)) return joined_subject();
  if (random_.chance(0.6)) return noun_phrase(Kind::person, {.depth = depth});
  return noun_phrase(random_.chance(0.6) ? Kind::animal : Kind::thing, {.depth = depth});
}

}  // namespace weft::text::bilingual
