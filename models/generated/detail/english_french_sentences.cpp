#include <weft/models/generated/detail/english_french_grammar.h>

#include <algorithm>
#include <string>

namespace weft::text::bilingual {

namespace {

constexpr int kDepth = 2;
constexpr double kRichAt = 14;                // words of room from which the whole grammar may be used
constexpr std::size_t kShortestAddition = 3;  // a conjunction, a subject, a verb
constexpr int kTries = 12;

const Expression& time_of(Tense tense) {
  if (tense == Tense::present) return kToday;
  return tense == Tense::past ? kYesterday : kTomorrow;
}

}  // namespace

// when she arrives: quand elle arrive, or quand elle arrivera after a future; if she arrives: si elle arrive
Phrase Grammar::condition(Tense main) {
  Phrase phrase;
  if (main != Tense::past && random_.chance(0.4)) {
    phrase += Expression{"if", "si"};
    phrase += clause({Tense::present, Tense::present}, kDepth - 1);
  } else {
    phrase += Expression{"when", "quand"};
    phrase += clause({main == Tense::future ? Tense::present : main, main}, kDepth - 1);
  }
  return phrase;
}

Phrase Grammar::opinion() {
  const NounPhrase who = random_.chance(0.6) ? pronoun_subject() : noun_phrase(Kind::person, {});
  Phrase phrase = who.phrase;
  phrase += verb_group(random_.pick(kOpinions), who.agreement, {}, {});
  phrase += Expression{"that", "que"};
  const Tense when = tense();
  phrase += clause({when, when}, kDepth - 1);
  return phrase;
}

Phrase Grammar::unit() {
  if (perhaps(0.1)) return opinion();
  const Tense when = tense();
  Phrase phrase = clause({when, when}, kDepth);
  if (perhaps(0.2)) {
    phrase += condition(when);
  } else if (perhaps(0.15)) {
    phrase += time_of(when);
  }
  return phrase;
}

Phrase Grammar::opening() {
  if (!perhaps(0.12)) return unit();
  const Tense when = tense();
  Phrase phrase = condition(when);
  phrase += Expression{",", ","};
  phrase += clause({when, when}, kDepth);
  return phrase;
}

Phrase Grammar::fitting(Phrase (Grammar::*rule)(), std::size_t room) {
  richness_ = std::min(1.0, static_cast<double>(room) / kRichAt);
  Phrase phrase;
  for (int tries = 0; tries < kTries; ++tries) {
    phrase = (this->*rule)();
    const std::size_t length = phrase.english.size();
    if (length == room || length + kShortestAddition <= room) break;
  }
  return phrase;
}

Phrase Grammar::sentence(std::size_t words) {
  const std::size_t goal = words - 1;  // before the full stop
  Phrase phrase = fitting(&Grammar::opening, goal);
  while (phrase.english.size() + kShortestAddition <= goal) {
    phrase += random_.pick(kConjunctions);
    phrase += fitting(&Grammar::unit, goal - phrase.english.size());
  }
  phrase += Expression{".", "."};
  phrase.french = join_french(phrase.french);
  return phrase;
}

}  // namespace weft::text::bilingual
