// The grammar of the generated English-French language: each rule writes the English and the French words of a phrase side by
// side.
//
// An English sentence must have only one reading, or only readings with the same French translation. Therefore every relative
// clause describes the noun just before it, "and" joins only two plain noun phrases, and "when" and "if" apply to one clause.
#pragma once

#include <weft/models/generated/detail/english_french_verbs.h>
#include <weft/models/generated/detail/english_french_words.h>
#include <weft/models/generated/detail/inflection.h>
#include <weft/models/io/detail/order.h>

#include <cstddef>

namespace weft::text::bilingual {

// A phrase in both languages. The French one is still without elision and contraction.
struct Phrase {
  Words english;
  Words french;

  Phrase& operator+=(const Phrase& more);
  Phrase& operator+=(const Expression& more);
};

// A noun with everything that belongs to it, or a pronoun.
struct NounPhrase {
  Phrase phrase = {};
  Agreement agreement = {};
  Kind kind = Kind::person;
};

struct NounRules {
  int depth = 0;               // how deeply places and relative clauses may be nested
  bool denied_object = false;  // "any dogs": de chiens
  bool definite_only = false;
};

// The tense of a clause in each language. They differ in "she will sing when he arrives": quand il arrivera.
struct Tenses {
  Tense english = Tense::present;
  Tense french = Tense::present;
};

enum class Polarity { affirmative, negative, never };

struct Manner {
  Polarity polarity = Polarity::affirmative;
  const Expression* adverb = nullptr;  // only in affirmative clauses
};

class Grammar {
 public:
  explicit Grammar(CounterRandom& random) : random_(random) {}

  // Returns a sentence of about `words` English words, at least 3; most sentences have exactly that many.
  Phrase sentence(std::size_t words);

 private:
  // In english_french_nouns.cpp.
  NounPhrase noun_phrase(Kind kind, const NounRules& rules);
  NounPhrase subject(int depth);
  NounPhrase pronoun_subject();
  NounPhrase joined_subject();
  const Noun& noun_of(Kind kind);
  const Adjective& adjective_of(Kind kind);
  const Adjective* adjective_at(Kind kind, bool precedes, double probability);
  const Determiner& determiner_for(Number number, bool definite_only);
  void write_determiner(NounPhrase& noun, const NounRules& rules, bool adjective_first);
  void write_owner(NounPhrase& noun);
  Phrase place(int depth);
  Phrase relative_clause(const NounPhrase& head, int depth);

  // In english_french_clauses.cpp.
  Phrase clause(const Tenses& tenses, int depth);
  Phrase predicate(const NounPhrase& subject, const Tenses& tenses, int depth);
  Phrase description(const NounPhrase& subject, const Tenses& tenses);
  Phrase action(const NounPhrase& subject, const Tenses& tenses, int depth);
  Phrase use(const NounPhrase& subject, const Tenses& tenses, int depth);
  Phrase gift(const NounPhrase& subject, const Tenses& tenses);
  Phrase journey(const NounPhrase& subject, const Tenses& tenses, int depth);
  const Verb& verb_with_object(Kind subject, Kind object);
  Kind object_kind(Kind subject);
  const Pronoun& pronoun_other_than(const Agreement& subject);
  Manner manner();
  Tense tense();

  // In english_french_sentences.cpp.
  Phrase opening();
  Phrase unit();
  Phrase opinion();
  Phrase condition(Tense main);
  Phrase fitting(Phrase (Grammar::*rule)(), std::size_t room);  // a phrase that fills the room or leaves enough of it

  // Returns true with this probability, reduced if there is little room; used for everything that makes sentences longer.
  bool perhaps(double probability) { return random_.chance(probability * richness_); }

  CounterRandom& random_;
  double richness_ = 1;  // falls with the room that is left
};

// Returns the verb with its negation, adverb and French object pronoun, without subject and objects. The participle agrees with
// `object_before`, a direct object that precedes the verb in French.
Phrase verb_group(const Verb& verb, const Agreement& subject, const Tenses& tenses, const Manner& manner,
                  std::string_view french_object = {}, const Agreement* object_before = nullptr);

}  // namespace weft::text::bilingual
