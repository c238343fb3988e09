#include <weft/models/generated/detail/english_french_verbs.h>
#include <weft/models/generated/detail/inflection.h>
#include <weft/models/text/tokenize.h>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace weft::text;
using namespace weft::text::bilingual;

namespace {

constexpr Agreement kI = {1}, kYou = {2}, kHe = {3}, kShe = {3, Gender::feminine};
constexpr Agreement kWe = {1, Gender::masculine, Number::plural}, kThey = {3, Gender::masculine, Number::plural};
constexpr Agreement kTheyFeminine = {3, Gender::feminine, Number::plural};

template <class List>
const auto& find(const List& list, std::string_view english) {
  for (const auto& entry : list) {
    if (entry.english == english) return entry;
  }
  FAIL("no such word: ", std::string(english));
  return list.front();
}

std::string joined(std::string_view french) {
  Words words;
  append(words, french);
  return join(join_french(words));
}

std::string present(const Verb& verb) {
  std::string forms;
  for (const Agreement& subject : {kI, kYou, kHe, kWe, kThey}) forms += verb_french(verb, subject, Tense::present) + " ";
  return forms;
}

std::string future(const Verb& verb, const Agreement& subject) { return verb_french(verb, subject, Tense::future); }

}  // namespace

TEST_CASE("English forms") {
  CHECK(plural_english(find(kPersons, "woman")) == "women");
  CHECK(plural_english(find(kPersons, "actress")) == "actresses");
  CHECK(plural_english(find(kPlaces, "city")) == "cities");
  CHECK(plural_english(find(kThings, "key")) == "keys");
  CHECK(plural_english(find(kPlaces, "church")) == "churches");
  CHECK(third_person_english("look for") == "looks for");
  CHECK(third_person_english("carry") == "carries");
  CHECK(third_person_english("go") == "goes");
  CHECK(indefinite_article("umbrella") == "an");
  CHECK(indefinite_article("hotel") == "a");
  CHECK(be_english(kI, Tense::present) == "am");
  CHECK(be_english(kYou, Tense::past) == "were");
}

TEST_CASE("French plurals") {
  CHECK(plural_french("chien") == "chiens");
  CHECK(plural_french("souris") == "souris");
  CHECK(plural_french("vieux") == "vieux");
  CHECK(plural_french("château") == "châteaux");
  CHECK(plural_french("journal") == "journaux");
  CHECK(plural_french("bleu") == "bleus");
}

TEST_CASE("French adjectives agree, and some change before a vowel") {
  const Adjective& old = find(kPlainAdjectives, "old");
  CHECK(adjective_french(old, kHe) == "vieux");
  CHECK(adjective_french(old, kHe, true) == "vieil");
  CHECK(adjective_french(old, kShe, true) == "vieille");
  CHECK(adjective_french(old, kThey, true) == "vieux");
  CHECK(adjective_french(old, kTheyFeminine) == "vieilles");
  CHECK(adjective_french(find(kPlainAdjectives, "beautiful"), kThey) == "beaux");
  CHECK(adjective_french(find(kInanimateAdjectives, "white"), kTheyFeminine) == "blanches");
  CHECK(adjective_french(find(kPlainAdjectives, "small"), kHe, true) == "petit");
}

TEST_CASE("h is mute except in some words") {
  for (const char* word : {"homme", "hôtel", "hier", "école", "œuf", "un"}) CHECK(begins_with_vowel(word));
  for (const char* word : {"héros", "hache", "haricots", "chien"}) CHECK_FALSE(begins_with_vowel(word));
}

TEST_CASE("French verbs") {
  CHECK(present(find(kActions, "sing")) == "chante chantes chante chantons chantent ");
  CHECK(present(find(kMeals, "eat")) == "mange manges mange mangeons mangent ");
  CHECK(present(kJourneys[0].verb) == "vais vas va allons vont ");
  CHECK(future(find(kUses, "see"), kWe) == "verrons");
  CHECK(future(find(kActions, "sing"), kThey) == "chanteront");
  CHECK(future(find(kGifts, "send"), kI) == "enverrai");
  CHECK(future(kJourneys[2].verb, kYou) == "viendras");
  CHECK(have_french(kYou) == "as");
  CHECK(be_french(kWe, Tense::present) == "sommes");
  CHECK(be_french(kThey, Tense::past) == "étaient");
  CHECK(be_french(kI, Tense::future) == "serai");
}

TEST_CASE("every verb has five forms in the present") {
  const auto check_verb = [](const Verb& verb) {
    Words words;
    append(words, present(verb));
    CHECK(words.size() == 5);
    CHECK((verb.participle.empty() ? verb.infinitive.ends_with("er") : true));
  };
  for (const Verb& verb : kActions) check_verb(verb);
  for (const Verb& verb : kUses) check_verb(verb);
  for (const Verb& verb : kMeetings) check_verb(verb);
  for (const Verb& verb : kDealings) check_verb(verb);
  for (const Verb& verb : kMeals) check_verb(verb);
  for (const Verb& verb : kGifts) check_verb(verb);
  for (const Journey& journey : kJourneys) check_verb(journey.verb);
}

TEST_CASE("participles agree") {
  const Verb& see = find(kUses, "see");
  CHECK(participle_french(see) == "vu");
  CHECK(participle_french(see, &kShe) == "vue");
  CHECK(participle_french(see, &kThey) == "vus");
  CHECK(participle_french(find(kActions, "leave"), &kTheyFeminine) == "parties");
  CHECK(participle_french(find(kDealings, "buy"), &kShe) == "achetée");
}

TEST_CASE("elision and contraction") {
  CHECK(joined("le homme ne est pas près de le arbre") == "l' homme n' est pas près de l' arbre");
  CHECK(joined("près de le roi et à les enfants de les reines") == "près du roi et aux enfants des reines");
  CHECK(joined("à le héros , à la école , à la reine") == "au héros , à l' école , à la reine");
  CHECK(joined("je ai vu que elle me aide") == "j' ai vu qu' elle m' aide");
  CHECK(joined("si il chante et si elle chante et si ils chantent") == "s' il chante et si elle chante et s' ils chantent");
  CHECK(joined("près de des maisons , près de de petites maisons , près de des arbres") ==
        "près de maisons , près de petites maisons , près d' arbres");
  CHECK(joined("beaucoup de enfants ne ont pas de haches") == "beaucoup d' enfants n' ont pas de haches");
  CHECK(joined("") == "");
}
