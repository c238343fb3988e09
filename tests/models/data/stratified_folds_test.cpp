#include <doctest/doctest.h>
#include <weft/models/data/detail/stratified_folds.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <map>

using namespace weft;

TEST_CASE("each label and all texts are spread evenly over the folds by the seed, and a label that occurs once is in none") {
  std::vector<std::string> labels;
  const std::map<std::string, int> counts{{"a", 23}, {"b", 7}, {"c", 2}, {"d", 1}, {"e", 10}};
  for (const auto& [label, count] : counts) labels.insert(labels.end(), static_cast<std::size_t>(count), label);
  for (std::uint64_t seed : {1U, 2U, 3U}) {
    const std::vector<std::size_t> folds = text::stratified_folds(labels, 5, seed);
    REQUIRE(folds.size() == labels.size());
    CHECK(text::stratified_folds(labels, 5, seed) == folds);
    CHECK(text::stratified_folds(labels, 5, seed + 1) != folds);
    std::map<std::string, std::vector<int>> of_label;
    std::vector<int> all(6);
    for (std::size_t i = 0; i < folds.size(); ++i) {
      REQUIRE(folds[i] <= 5);
      std::vector<int>& own = of_label[labels[i]];
      own.resize(6);
      ++own[folds[i]];
      ++all[folds[i]];
    }
    for (const auto& [label, own] : of_label) {
      const auto [least, most] = std::minmax_element(own.begin(), own.begin() + 5);
      CHECK(*most - *least <= 1);
      CHECK(own[5] == (label == "d" ? 1 : 0));
    }
    const auto [least, most] = std::minmax_element(all.begin(), all.begin() + 5);
    CHECK(*most - *least <= 1);
  }
}

TEST_CASE("there must be at least two stratified folds") {
  CHECK(text::stratified_folds({}, 2, 0).empty());
  CHECK_THROWS_WITH_AS(text::stratified_folds({}, 1, 0), "stratified_folds: at least 2 folds are needed, got 1", ValueError);
}
