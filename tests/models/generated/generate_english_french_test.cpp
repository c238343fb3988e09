#include <weft/models/generated/generate_english_french.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/text/tokenize.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace weft::text;
using Tokens = std::vector<std::string>;

namespace {

const TokenizerOptions kAsIs = {.lower_case = false, .split_punctuation = false};

Tokens words(const std::string& sentence) { return tokenize(sentence, kAsIs); }

bool is_one_of(std::string_view word, const std::vector<std::string_view>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::size_t count_of(const Tokens& tokens, const std::vector<std::string_view>& list) {
  return static_cast<std::size_t>(
      std::count_if(tokens.begin(), tokens.end(), [&](const std::string& word) { return is_one_of(word, list); }));
}

// Calls f(word, next word) for every neighbouring pair of French words in `pairs`.
template <class F>
void for_neighbours(const std::vector<TextPair>& pairs, F f) {
  for (const TextPair& pair : pairs) {
    const Tokens french = words(pair.target);
    for (std::size_t i = 0; i + 1 < french.size(); ++i) {
      if (!f(french[i], french[i + 1])) FAIL(french[i], " ", french[i + 1], ": ", pair.target);
    }
  }
}

const std::vector<TextPair>& sample() {
  static const std::vector<TextPair> pairs = generate_pairs(6000, 11);
  return pairs;
}

}  // namespace

TEST_CASE("translations agree with ones written by hand") {
  struct Row {
    const char* english;
    const char* french;
  };
  const std::vector<Row> rows = {
      {"the big neighbours that they saw will smile tomorrow .", "les grands voisins qu' ils ont vus souriront demain ."},
      {"she knows that they bought the boats because this car is pretty .",
       "elle sait qu' ils ont acheté les bateaux parce que cette voiture est jolie ."},
      {"they think that you did not meet them while we will work .",
       "ils pensent que tu ne les as pas rencontrés pendant que nous travaillerons ."},
      {"the uncles think that i did not smile .", "les oncles pensent que je n' ai pas souri ."},
      {"they do not forget them when an old king sometimes leaves .",
       "ils ne les oublient pas quand un vieux roi part parfois ."},
      {"they worked when we stayed because he leaves .", "ils ont travaillé quand nous sommes restés parce qu' il part ."},
      {"when i hide a black ladder , she will meet us .", "quand je cacherai une échelle noire , elle nous rencontrera ."},
      {"when her big umbrellas are sometimes very dry , i will hesitate .",
       "quand ses grands parapluies seront parfois très secs , j' hésiterai ."},
      {"if they do not invite them , i see his coat .", "s' ils ne les invitent pas , je vois son manteau ."},
      {"if they stay , she follows the keys .", "s' ils restent , elle suit les clés ."},
      {"she called you so this teacher 's rabbit fell .", "elle t' a appelé donc le lapin de ce professeur est tombé ."},
      {"the writer 's bird runs and she fell and we laugh .",
       "l' oiseau de l' écrivain court et elle est tombée et nous rions ."},
      {"she gave the pretty computers to her so we will be shy .",
       "elle lui a donné les jolis ordinateurs donc nous serons timides ."},
      {"she gave the gift to them but he waits .", "elle leur a donné le cadeau mais il attend ."},
      {"an old student laughed but i was beautiful .", "un vieil étudiant a ri mais j' étais beau ."},
      {"i do not listen to any doctors in front of the women .", "je n' écoute pas de médecins devant les femmes ."},
      {"the horses did not eat any carrots but you do not sleep .",
       "les chevaux n' ont pas mangé de carottes mais tu ne dors pas ."},
      {"several teachers near the schools are angry so you arrive .",
       "plusieurs professeurs près des écoles sont furieux donc tu arrives ."},
      {"we laugh near the hotel because i am strong .", "nous rions près de l' hôtel parce que je suis fort ."},
      {"some birds always saw us so she waited and she is old .",
       "des oiseaux nous ont toujours vus donc elle a attendu et elle est vieille ."},
      {"he found them when they swam .", "il les a trouvés quand ils ont nagé ."},
      {"he arrives in some beautiful workshops while he leaves .", "il arrive dans de beaux ateliers pendant qu' il part ."},
      {"we admired them but i do not return to her beautiful workshops .",
       "nous les avons admirés mais je ne retourne pas à ses beaux ateliers ."},
      {"i arrived in their house that i do not look for .", "je suis arrivé dans leur maison que je ne cherche pas ."},
      {"i buy a key that is pretty so they were proud .", "j' achète une clé qui est jolie donc ils étaient fiers ."},
      {"her nurses and the sad hero saw their woman .", "ses infirmières et le héros triste ont vu leur femme ."},
      {"you are young so he carries her sword .", "tu es jeune donc il porte son épée ."},
      {"she does not eat many apples so he falls in her city .",
       "elle ne mange pas beaucoup de pommes donc il tombe dans sa ville ."},
      {"many axes are very small while they were shy because she sang .",
       "beaucoup de haches sont très petites pendant qu' ils étaient timides parce qu' elle a chanté ."},
      {"these men hesitate .", "ces hommes hésitent ."},
      {"these heroes work and i arrive but a squirrel swam .", "ces héros travaillent et j' arrive mais un écureuil a nagé ."},
      {"some small men brought the newspapers to them because we ran .",
       "de petits hommes leur ont apporté les journaux parce que nous avons couru ."},
      {"she will taste some onions behind some old men .", "elle goûtera des oignons derrière de vieux hommes ."},
      {"they send some small tables to her because i will laugh .", "ils lui envoient de petites tables parce que je rirai ."},
      {"he shows the old dry book to the king today .", "il montre le vieux livre sec au roi aujourd'hui ."},
      {"a hero will go to the schools but we will never speak .", "un héros ira aux écoles mais nous ne parlerons jamais ."},
      {"she never sends her chair to the tired doctors .", "elle n' envoie jamais sa chaise aux médecins fatigués ."},
      {"a big sister never shows the old umbrella to them .", "une grande sœur ne leur montre jamais le vieux parapluie ."},
      {"she returned to my library because you hesitated .", "elle est retournée à ma bibliothèque parce que tu as hésité ."},
      {"you laugh in the school that he forgot .", "tu ris dans l' école qu' il a oubliée ."},
      {"she will send her big swords to me because you spoke .", "elle m' enverra ses grandes épées parce que tu as parlé ."},
      {"her swords were beautiful yesterday because i danced .", "ses épées étaient belles hier parce que j' ai dansé ."},
      {"she does not find a blue gift near the child .", "elle ne trouve pas de cadeau bleu près de l' enfant ."},
  };
  std::map<std::string, std::string> translations;
  for (const TextPair& pair : generate_pairs(12000, 1, {.max_words = 13})) translations[pair.source] = pair.target;
  for (const Row& row : rows) CHECK(translations[row.english] == row.french);
}

TEST_CASE("the pairs never change") {
  std::uint64_t sum = 0;
  for (const TextPair& pair : sample()) {
    for (char c : pair.source + pair.target) sum = hash(sum, static_cast<unsigned char>(c));
  }
  CHECK(sum == 10593472734193765587U);
}

TEST_CASE("the seed determines the pairs, and a smaller count gives the beginning of the same list") {
  const auto some = generate_pairs(50, 3);
  const auto more = generate_pairs(200, 3);
  CHECK(std::equal(some.begin(), some.end(), more.begin()));
  CHECK(generate_pairs(50, 4) != some);
  CHECK(generate_pairs(0, 3).empty());
}

TEST_CASE("the English sentence determines the French one") {
  std::map<std::string, std::string> french;
  std::size_t repeated = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    for (const TextPair& pair : generate_pairs(8000, seed, {.min_words = 3, .max_words = 7})) {
      const auto [entry, is_new] = french.emplace(pair.source, pair.target);
      repeated += !is_new;
      CHECK_MESSAGE(entry->second == pair.target, pair.source);
    }
  }
  CHECK(repeated > 5000);
}

TEST_CASE("sentences are different, have all requested lengths, and end with a full stop") {
  std::set<std::string> sources;
  std::map<std::size_t, std::size_t> lengths;
  for (const TextPair& pair : sample()) {
    sources.insert(pair.source);
    const Tokens english = words(pair.source);
    ++lengths[english.size()];
    CHECK(english.back() == ".");
    CHECK(pair.target.ends_with(" ."));
  }
  CHECK(sources.size() == sample().size());
  CHECK(lengths.begin()->first == 3);
  CHECK(lengths.rbegin()->first == 45);
  CHECK(lengths.size() == 43);
  for (const auto& [length, count] : lengths) CHECK(count > 80);
  for (const TextPair& pair : generate_pairs(20, 1, {.min_words = 90, .max_words = 90})) CHECK(words(pair.source).size() == 90);
}

TEST_CASE("tokenizing generated text does not change it") {
  for (const TextPair& pair : generate_pairs(500, 2)) {
    CHECK(join(tokenize(pair.source)) == pair.source);
    CHECK(join(tokenize(pair.target)) == pair.target);
  }
}

TEST_CASE("French words are elided and contracted wherever they must be") {
  const std::vector<std::string_view> elidable = {"le", "la", "je", "me", "te", "ne", "de", "que"};
  for_neighbours(sample(), [&](const std::string& word, const std::string& next) {
    const bool vowel =
        std::string_view("aeiou").find(next[0]) != std::string_view::npos || next.starts_with("é") || next.starts_with("œ");
    if (vowel && is_one_of(word, elidable)) return false;
    if ((word == "de" || word == "à") && (next == "le" || next == "les")) return false;
    return !(word == "si" && (next == "il" || next == "ils"));
  });
}

TEST_CASE("ne never occurs without pas or jamais") {
  for (const TextPair& pair : sample()) {
    const Tokens french = words(pair.target);
    CHECK(count_of(french, {"ne", "n'"}) == count_of(french, {"pas", "jamais"}));
    CHECK(count_of(words(pair.source), {"not", "never"}) == count_of(french, {"pas", "jamais"}));
  }
}

TEST_CASE("determiners agree with the noun that follows") {
  std::size_t seen = 0;
  for_neighbours(sample(), [&](const std::string& word, const std::string& next) {
    const bool masculine = is_one_of(next, {"chien", "livre", "garçon", "jardin", "roi", "chapeau"});
    const bool feminine = is_one_of(next, {"voiture", "fille", "maison", "reine", "clé", "souris"});
    const bool plural = is_one_of(next, {"chiens", "voitures", "garçons", "filles", "maisons", "livres"});
    seen += masculine || feminine || plural;
    if (is_one_of(word, {"le", "un", "ce", "mon", "ton", "son", "du", "au"})) return !plural && !(feminine && next != "souris");
    if (is_one_of(word, {"la", "une", "cette", "ma", "ta", "sa"})) return !plural && !masculine;
    if (is_one_of(word, {"les", "des", "ces", "mes", "tes", "ses", "nos", "leurs", "deux", "trois"}))
      return !masculine && !(feminine && next != "souris");
    return true;
  });
  CHECK(seen > 1000);
}

TEST_CASE("adjectives are on the right side of their noun") {
  const std::vector<std::string_view> nouns = {"chien",  "livre", "voiture", "fille", "garçon",
                                               "maison", "chats", "vaches",  "clé",   "journaux"};
  std::size_t before = 0, after = 0;
  for_neighbours(sample(), [&](const std::string& word, const std::string& next) {
    before += is_one_of(word, {"petit", "petite", "petits", "petites"}) && is_one_of(next, nouns);
    after += is_one_of(word, nouns) && is_one_of(next, {"rouge", "blanc", "blanche", "verte", "fatigué", "fatiguée", "malade"});
    if (is_one_of(next, nouns)) return !is_one_of(word, {"rouge", "blanc", "blanche", "verte", "fatigué", "fatiguée", "malades"});
    return !(is_one_of(word, nouns) && is_one_of(next, {"petit", "petite", "petits", "beau", "belle", "vieux"}));
  });
  CHECK(before > 30);
  CHECK(after > 30);
}

TEST_CASE("impossible lengths are refused") {
  CHECK_THROWS_WITH_AS(generate_pairs(1, 0, {.min_words = 2}),
                       "generate_pairs: lengths must be 3 <= min_words <= max_words, got 2 and 45", weft::ValueError);
  CHECK_THROWS_AS(generate_pairs(1, 0, {.min_words = 9, .max_words = 8}), weft::ValueError);
  CHECK_THROWS_WITH_AS(generate_pairs(300, 0, {.min_words = 3, .max_words = 3}),
                       "generate_pairs: asked for 300 different sentences of 3 to 3 words, found 192", weft::ValueError);
}
