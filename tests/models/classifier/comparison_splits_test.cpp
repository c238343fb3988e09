#include <doctest/doctest.h>
#include <weft/models/classifier/detail/comparison_splits.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <set>

using namespace weft;
using detail::LabelledTexts;

namespace {

LabelledTexts numbered(int count, int labels, const std::string& prefix = "") {
  LabelledTexts texts;
  for (int i = 0; i < count; ++i) texts.push_back({std::to_string(i % labels), prefix + std::to_string(i)});
  return texts;
}

std::set<std::string> set_of(const LabelledTexts& texts) {
  std::set<std::string> all;
  for (const auto& example : texts) all.insert(example.text);
  return all;
}

// Checks that the parts are disjoint and that their union is `texts`.
void check_partition(const LabelledTexts& texts, const std::vector<LabelledTexts>& parts) {
  std::set<std::string> all;
  std::size_t count = 0;
  for (const LabelledTexts& part : parts) {
    count += part.size();
    all.merge(set_of(part));
  }
  CHECK(count == texts.size());
  CHECK(all == set_of(texts));
}

}  // namespace

TEST_CASE("five runs score each text once, with models that neither trained on it nor chose their epoch by it") {
  for (int count : {100, 3000}) {
    const LabelledTexts texts = numbered(count, 7);
    const bool choose = count == 3000;
    std::set<std::string> scored;
    for (std::size_t run = 0; run < detail::kComparisonFolds; ++run) {
      const auto split = detail::fold_split(texts, run, 4, choose);
      check_partition(texts, {split.train, split.chooses, split.scores});
      CHECK(split.chooses.size() == (count == 100 ? 0 : 240));
      CHECK(std::ssize(split.scores) == count / 5);
      scored.merge(set_of(split.scores));
      CHECK(split.scores.front() == detail::fold_split(texts, run, 4, choose).scores.front());
    }
    CHECK(scored == set_of(texts));
  }
}

TEST_CASE("a label with few texts is always in the training part") {
  LabelledTexts texts = numbered(3000, 5);
  texts.push_back({"once", "a"});
  for (const char* text : {"b", "c"}) texts.push_back({"twice", text});
  for (const char* text : {"d", "e", "f"}) texts.push_back({"thrice", text});
  for (std::size_t run = 0; run < 10; ++run) {
    std::set<std::string> labels;
    for (const auto& example : detail::fold_split(texts, run, 1, run % 2 == 0).train) labels.insert(example.label);
    CHECK(labels.size() == 8);
  }
}

TEST_CASE("the halves of the dev texts alternately choose and score") {
  const LabelledTexts texts = numbered(50, 2, "train "), dev = numbered(31, 2);
  const auto first = detail::dev_split(texts, dev, 0, 1), second = detail::dev_split(texts, dev, 1, 1);
  CHECK(first.train == texts);
  check_partition(dev, {first.chooses, first.scores});
  CHECK(first.chooses == second.scores);
  CHECK(first.scores == second.chooses);
  CHECK(detail::dev_split(texts, dev, 2, 1).scores != first.scores);
}

TEST_CASE("texts are drawn by the seed and keep their order") {
  const LabelledTexts texts = numbered(1000, 3);
  CHECK(detail::draw_texts(texts, 0, 1) == texts);
  CHECK(detail::draw_texts(texts, 1000, 1) == texts);
  const LabelledTexts drawn = detail::draw_texts(texts, 100, 1);
  CHECK(drawn.size() == 100);
  CHECK(set_of(drawn).size() == 100);
  CHECK(std::is_sorted(drawn.begin(), drawn.end(),
                       [](const auto& a, const auto& b) { return std::stoi(a.text) < std::stoi(b.text); }));
  CHECK(detail::draw_texts(texts, 100, 2) != drawn);
}

TEST_CASE("texts whose labels all differ cannot be split") {
  CHECK_THROWS_WITH_AS(detail::fold_split(numbered(30, 30), 0, 1, true),
                       "compare: no label has two texts, one to train on and one to score", ValueError);
}
