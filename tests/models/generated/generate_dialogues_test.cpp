#include <weft/models/generated/generate_dialogues.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/text/tokenize.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace weft::text;

namespace {

// Returns the greatest share of answers that can be predicted from a line and `context` previous lines.
double best_with(std::int64_t context, const std::vector<Dialogue>& dialogues) {
  std::map<std::string, std::map<std::string, int>> answers;
  double all = 0, right = 0;
  for (const TextPair& pair : pairs_of(dialogues, {.lines = context, .separator = "|"})) {
    ++answers[pair.source][pair.target];
    ++all;
  }
  for (const auto& [source, counts] : answers)
    right += std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; })->second;
  return right / all;
}

}  // namespace

TEST_CASE("the seed determines the dialogues, and a smaller count gives the beginning of the same list") {
  const auto dialogues = generate_dialogues(100, 5);
  CHECK(dialogues.size() == 100);
  CHECK(dialogues == generate_dialogues(100, 5));
  CHECK(dialogues != generate_dialogues(100, 6));
  CHECK(generate_dialogues(0, 5).empty());
  const auto some = generate_dialogues(20, 5);
  CHECK(std::equal(some.begin(), some.end(), dialogues.begin()));
  const Dialogue shown = generate_dialogues(7, 1)[6];
  REQUIRE(shown.size() >= 8);
  CHECK(shown[0] == "i must be in orsova , i leave in the afternoon .");
  CHECK(shown[7] == "a seat in the 9:30 train to orsova is booked for brandt .");
  std::uint64_t sum = 0;
  for (const Dialogue& dialogue : dialogues)
    for (const std::string& line : dialogue)
      for (char c : line) sum = hash(sum, static_cast<unsigned char>(c));
  CHECK(sum == 1529195136090884420U);
}

TEST_CASE("dialogues have 4 to 16 tokenised lines") {
  std::set<std::size_t> lengths;
  for (const Dialogue& dialogue : generate_dialogues(3000, 1)) {
    lengths.insert(dialogue.size());
    for (const std::string& line : dialogue) CHECK(join(tokenize(line)) == line);
  }
  CHECK(lengths == std::set<std::size_t>{4, 6, 8, 10, 12, 14, 16});
}

TEST_CASE("the previous lines determine the answer, and a single line does not") {
  const auto dialogues = generate_dialogues(20000, 1, {.rare_names = 0});
  CHECK(best_with(16, dialogues) == 1);
  CHECK(best_with(4, dialogues) > 0.99);
  CHECK(best_with(2, dialogues) < 0.98);
  CHECK(best_with(1, dialogues) < 0.93);
  CHECK(best_with(0, dialogues) < 0.75);
}

TEST_CASE("half of the names occur only once") {
  std::map<std::string, int> names;
  double introductions = 0;
  for (const Dialogue& dialogue : generate_dialogues(3000, 1))
    for (const std::string& line : dialogue)
      if (line.starts_with("hello , i am ")) ++names[line.substr(13)], ++introductions;
  const auto once = std::count_if(names.begin(), names.end(), [](const auto& name) { return name.second == 1; });
  CHECK(static_cast<double>(once) / introductions > 0.4);
  CHECK(static_cast<double>(once) / introductions < 0.6);
}

TEST_CASE("pairs of dialogues: the source has the given number of previous lines, and none of another dialogue") {
  const std::vector<Dialogue> dialogues = {{"a", "b", "c", "d", "e", "f"}, {"g", "h"}};
  using Pairs = std::vector<TextPair>;
  CHECK(pairs_of(dialogues) == Pairs{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", "h"}});
  CHECK(pairs_of(dialogues, {.lines = 1, .separator = "|"}) == Pairs{{"a", "b"}, {"b | c", "d"}, {"d | e", "f"}, {"g", "h"}});
  CHECK(pairs_of(dialogues, {.lines = 3}) == Pairs{{"a", "b"}, {"a b c", "d"}, {"b c d e", "f"}, {"g", "h"}});
}

TEST_CASE("dialogues: invalid arguments are refused") {
  CHECK_THROWS_WITH_AS(generate_dialogues(1, 0, {.rare_names = -1}), "generate_dialogues: rare_names -1 is outside 0 .. 1",
                       weft::ValueError);
  CHECK_THROWS_WITH_AS(pairs_of(std::vector<Dialogue>{{"a", "b", "c"}}), "pairs_of: a dialogue of 3 lines ends without an answer",
                       weft::ValueError);
}
