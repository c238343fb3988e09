#include <weft/models/generated/detail/english_french_grammar.h>

#include <span>
#include <string>

namespace weft::text::bilingual {

namespace {

bool third_singular(const Agreement& subject) { return subject.person == 3 && subject.number == Number::singular; }

// Returns the adverb before the English verb, after "will", "does" or "did" if there is one: never, often.
std::string_view english_adverb(const Manner& manner) {
  if (manner.polarity == Polarity::never) return "never";
  return manner.adverb ? manner.adverb->english : std::string_view();
}

// Returns the word after the French finite verb: pas, jamais, souvent.
std::string_view french_adverb(const Manner& manner) {
  switch (manner.polarity) {
    case Polarity::negative:
      return "pas";
    case Polarity::never:
      return "jamais";
    case Polarity::affirmative:
      break;
  }
  return manner.adverb ? manner.adverb->french : std::string_view();
}

std::string_view french_negation(const Manner& manner) {
  return manner.polarity == Polarity::affirmative ? std::string_view() : std::string_view("ne");
}

Words english_verb_group(const Verb& verb, const Agreement& subject, Tense tense, const Manner& manner) {
  const bool denied = manner.polarity == Polarity::negative;
  Words words;
  if (tense == Tense::future) {
    append(words, denied ? "will not" : "will");
  } else if (denied) {
    append(words, tense == Tense::past ? "did not" : third_singular(subject) ? "does not" : "do not");
  }
  append(words, english_adverb(manner));
  if (tense == Tense::future || denied) {
    append(words, verb.english);
  } else if (tense == Tense::past) {
    append(words, verb.english_past);
  } else {
    append(words, third_singular(subject) ? third_person_english(verb.english) : std::string(verb.english));
  }
  return words;
}

// ne + object pronoun + finite verb + pas + participle
Words french_verb_group(const Verb& verb, const Agreement& subject, Tense tense, const Manner& manner, std::string_view object,
                        const Agreement* object_before) {
  const bool with_be = verb.auxiliary == Auxiliary::be;
  Words words;
  append(words, french_negation(manner));
  append(words, object);
  if (tense == Tense::past) {
    words.push_back(with_be ? be_french(subject, Tense::present) : have_french(subject));
  } else {
    words.push_back(verb_french(verb, subject, tense));
  }
  append(words, french_adverb(manner));
  if (tense == Tense::past) words.push_back(participle_french(verb, with_be ? &subject : object_before));
  return words;
}

Phrase copula(const Agreement& subject, const Tenses& tenses, const Manner& manner) {
  const bool denied = manner.polarity == Polarity::negative;
  Phrase phrase;
  append(phrase.english, tenses.english == Tense::future ? "will" : be_english(subject, tenses.english));
  if (denied) append(phrase.english, "not");
  append(phrase.english, english_adverb(manner));
  if (tenses.english == Tense::future) append(phrase.english, "be");
  append(phrase.french, french_negation(manner));
  append(phrase.french, be_french(subject, tenses.french));
  append(phrase.french, french_adverb(manner));
  return phrase;
}

}  // namespace

Phrase& Phrase::operator+=(const Phrase& more) {
  append(english, more.english);
  append(french, more.french);
  return *this;
}

Phrase& Phrase::operator+=(const Expression& more) {
  append(english, more.english);
  append(french, more.french);
  return *this;
}

Phrase verb_group(const Verb& verb, const Agreement& subject, const Tenses& tenses, const Manner& manner,
                  std::string_view french_object, const Agreement* object_before) {
  return {english_verb_group(verb, subject, tenses.english, manner),
          french_verb_group(verb, subject, tenses.french, manner, french_object, object_before)};
}

Tense Grammar::tense() {
  if (random_.chance(0.5)) return Tense::present;
  return random_.chance(0.6) ? Tense::past : Tense::future;
}

Manner Grammar::manner() {
  if (perhaps(0.2)) return {.polarity = Polarity::negative};
  if (perhaps(0.08)) return {.polarity = Polarity::never};
  return {.adverb = perhaps(0.12) ? &random_.pick(kAdverbs) : nullptr};
}

const Pronoun& Grammar::pronoun_other_than(const Agreement& subject) {
  for (;;) {
    const Pronoun& pronoun = random_.pick(kPronouns);
    if (subject.person == 3 || pronoun.agreement.person != subject.person) return pronoun;
  }
}

Kind Grammar::object_kind(Kind subject) {
  const bool food = random_.chance(0.2);
  if (food) return Kind::food;
  if (random_.chance(subject == Kind::animal ? 0.7 : 0.45)) return random_.chance(0.7) ? Kind::person : Kind::animal;
  return Kind::thing;
}

const Verb& Grammar::verb_with_object(Kind subject, Kind object) {
  const std::span<const Verb> uses(kUses);
  if (subject == Kind::animal) return object == Kind::food ? kMeals.front() : random_.pick(uses.first(kAnimalUses));
  if (object == Kind::person && random_.chance(0.5)) return random_.pick(kMeetings);
  if (object == Kind::thing && random_.chance(0.6)) return random_.pick(kDealings);
  if (object == Kind::food && random_.chance(0.7)) return random_.pick(kMeals);
  return random_.pick(uses);
}

// is very tired and sad: est très fatiguée et triste
Phrase Grammar::description(const NounPhrase& subject, const Tenses& tenses) {
  Phrase phrase = copula(subject.agreement, tenses, manner());
  const Adjective& first = adjective_of(subject.kind);
  if (perhaps(0.2)) phrase += Expression{"very", "très"};
  phrase += Expression{first.english, adjective_french(first, subject.agreement)};
  if (!perhaps(0.15)) return phrase;
  const Adjective* second = &adjective_of(subject.kind);
  while (second == &first) second = &adjective_of(subject.kind);
  phrase += Expression{"and", "et"};
  phrase += Expression{second->english, adjective_french(*second, subject.agreement)};
  return phrase;
}

Phrase Grammar::action(const NounPhrase& subject, const Tenses& tenses, int depth) {
  const std::span<const Verb> actions(kActions);
  const Verb& verb = random_.pick(subject.kind == Kind::animal ? actions.first(kAnimalActions) : actions);
  Phrase phrase = verb_group(verb, subject.agreement, tenses, manner());
  if (perhaps(0.12)) {
    phrase += kWith;
    phrase += noun_phrase(Kind::person, {.depth = depth}).phrase;
  }
  if (perhaps(0.35)) phrase += place(depth);
  return phrase;
}

Phrase Grammar::use(const NounPhrase& subject, const Tenses& tenses, int depth) {
  const Manner how = manner();
  const Kind kind = object_kind(subject.kind);
  const Verb& verb = verb_with_object(subject.kind, kind);
  if (kind == Kind::person && random_.chance(0.4)) {  // she sees him: elle le voit
    const Pronoun& object = pronoun_other_than(subject.agreement);
    Phrase phrase = verb_group(verb, subject.agreement, tenses, how, object.direct, &object.agreement);
    append(phrase.english, object.english_object);
    return phrase;
  }
  Phrase phrase = verb_group(verb, subject.agreement, tenses, how);
  phrase += noun_phrase(kind, {.depth = depth, .denied_object = how.polarity != Polarity::affirmative}).phrase;
  if (perhaps(0.2)) phrase += place(depth);
  return phrase;
}

Phrase Grammar::gift(const NounPhrase& subject, const Tenses& tenses) {
  const Manner how = manner();
  const Verb& verb = random_.pick(kGifts);
  const NounPhrase given = noun_phrase(Kind::thing, {.denied_object = how.polarity != Polarity::affirmative});
  if (random_.chance(0.4)) {  // gives the book to her: lui donne le livre
    const Pronoun& receiver = pronoun_other_than(subject.agreement);
    Phrase phrase = verb_group(verb, subject.agreement, tenses, how, receiver.dative);
    phrase += given.phrase;
    append(phrase.english, "to");
    append(phrase.english, receiver.english_object);
    return phrase;
  }
  Phrase phrase = verb_group(verb, subject.agreement, tenses, how);
  phrase += given.phrase;
  phrase += Expression{"to", "à"};
  phrase += noun_phrase(Kind::person, {}).phrase;
  return phrase;
}

Phrase Grammar::journey(const NounPhrase& subject, const Tenses& tenses, int depth) {
  const Journey& journey = random_.pick(kJourneys);
  Phrase phrase = verb_group(journey.verb, subject.agreement, tenses, manner());
  phrase += journey.preposition;
  phrase += noun_phrase(Kind::place, {.depth = depth}).phrase;
  return phrase;
}

Phrase Grammar::predicate(const NounPhrase& subject, const Tenses& tenses, int depth) {
  if (subject.kind == Kind::thing || subject.kind == Kind::food) return description(subject, tenses);
  if (!perhaps(0.75)) return random_.chance(0.7) ? action(subject, tenses, depth) : description(subject, tenses);
  if (random_.chance(0.6)) return use(subject, tenses, depth);
  return subject.kind == Kind::animal || random_.chance(0.5) ? journey(subject, tenses, depth) : gift(subject, tenses);
}

Phrase Grammar::clause(const Tenses& tenses, int depth) {
  const NounPhrase who = subject(depth);
  Phrase phrase = who.phrase;
  phrase += predicate(who, tenses, depth);
  return phrase;
}

}  // namespace weft::text::bilingual
