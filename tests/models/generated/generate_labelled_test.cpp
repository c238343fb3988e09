#include <weft/models/generated/generate_labelled.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/text/tokenize.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

using namespace weft::text;

namespace {

// Returns the accuracy on `test` of a naive Bayes classifier over single words, which ignores their order.
double naive_bayes(const std::vector<LabelledText>& train, const std::vector<LabelledText>& test) {
  std::map<std::string, std::map<std::string, double>> counts;
  std::map<std::string, double> totals;
  for (const LabelledText& example : train) {
    for (const std::string& word : tokenize(example.text)) {
      ++counts[example.label][word];
      ++totals[example.label];
    }
  }
  std::size_t right = 0;
  for (const LabelledText& example : test) {
    std::map<std::string, double> scores;
    for (auto& [label, words] : counts) {
      for (const std::string& word : tokenize(example.text)) scores[label] += std::log((words[word] + 1) / (totals[label] + 400));
    }
    const auto best =
        std::max_element(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    right += best->first == example.label;
  }
  return static_cast<double>(right) / static_cast<double>(test.size());
}

}  // namespace

TEST_CASE("the seed determines the labelled texts, and a smaller count gives the beginning of the same list") {
  const auto texts = generate_labelled(300, 5);
  CHECK(texts.size() == 300);
  CHECK(texts == generate_labelled(300, 5));
  CHECK(texts != generate_labelled(300, 6));
  const auto some = generate_labelled(20, 5);
  CHECK(std::equal(some.begin(), some.end(), texts.begin()));
  std::uint64_t sum = 0;
  for (const LabelledText& example : texts) {
    for (char c : example.label + example.text) sum = hash(sum, static_cast<unsigned char>(c));
  }
  CHECK(sum == 11271196062254923532U);
}

TEST_CASE("all labels occur about equally often, and texts are tokenised") {
  std::map<std::string, int> counts;
  for (const LabelledText& example : generate_labelled(4000, 1)) {
    ++counts[example.label];
    const auto tokens = tokenize(example.text);
    CHECK(join(tokens) == example.text);
    CHECK(tokens.size() >= 6);
  }
  const std::vector<std::string> labels = generated_labels();
  CHECK(labels.size() == 8);
  CHECK(counts.size() == 8);
  for (const std::string& label : labels) CHECK(std::abs(counts[label] - 500) < 100);
}

TEST_CASE("single words reveal most of the labels, but not all") {
  const auto train = generate_labelled(3000, 1);
  const double by_words = naive_bayes(train, generate_labelled(1000, 2));
  CHECK(by_words > 0.85);
  CHECK(by_words < 0.97);
  const LabelledShares plain = {.rejected = 0, .ambiguous = 0};
  const double without_doubt = naive_bayes(generate_labelled(3000, 1, plain), generate_labelled(1000, 2, plain));
  CHECK(without_doubt > 0.97);  // not 1: the classifier also weighs how often the other words happened to occur
  const LabelledShares unclear = {.rejected = 0, .ambiguous = 1};
  CHECK(naive_bayes(generate_labelled(3000, 1, unclear), generate_labelled(1000, 2, unclear)) < 0.6);
}

TEST_CASE("shares out of range are refused") {
  CHECK_THROWS_WITH_AS(generate_labelled(1, 0, {.rejected = 0.8, .ambiguous = 0.3}),
                       "generate_labelled: shares must be at least 0 and sum to 1 at most, got 0.8 and 0.3", weft::ValueError);
  CHECK_THROWS_AS(generate_labelled(1, 0, {.rejected = -0.1}), weft::ValueError);
}
