#include <weft/models/io/detail/order.h>
#include <weft/models/metrics/bleu.h>
#include <weft/models/metrics/detail/ngrams.h>
#include <weft/models/text/white_space.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/models/metrics/recorded_cases.h"

using namespace weft;
using metrics::References;

namespace {

const std::vector<std::string> kHypotheses = {"a b c d e", "x y z w", "k l m n o p q"};
const std::vector<References> kReferences = {{"a b c d e"}, {"a b c d"}, {"k l m n p o q", "k l m"}};

metrics::BleuOptions options_of(const nlohmann::json& recorded) {
  using enum metrics::BleuSmoothing;
  metrics::BleuOptions options{
      .tokenizer = value_in(metrics::kBleuTokenizerNames, recorded.at("tokenize").get<std::string>()).value(),
      .lower_case = recorded.at("lowercase"),
      .effective_order = recorded.at("effective_order")};
  for (metrics::BleuSmoothing smoothing : {exponential, floor, add_k, none})
    if (recorded.at("smooth_method") == to_string(smoothing)) options.smoothing = smoothing;
  if (!recorded.at("smooth_value").is_null()) options.smoothing_value = recorded.at("smooth_value").get<double>();
  return options;
}

}  // namespace

TEST_CASE("BLEU, its line and its signature agree with sacrebleu") {
  const nlohmann::json rows = test::recorded_cases("bleu_cases.json");
  CHECK(rows.size() == 244);
  for (const auto& row : rows) {
    CAPTURE(row.dump());
    metrics::BleuCounts counts(options_of(row.at("options")));
    for (std::size_t i = 0; i < row.at("hypotheses").size(); ++i)
      counts.add(row.at("hypotheses")[i].get<std::string>(), row.at("references")[i].get<References>());
    const metrics::Bleu bleu = counts.bleu();
    CHECK(bleu.score == doctest::Approx(row.at("score").get<double>()).epsilon(1e-12));
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(bleu.precisions[i] == doctest::Approx(row.at("precisions")[i].get<double>()).epsilon(1e-12));
    CHECK(bleu.brevity_penalty == doctest::Approx(row.at("brevity_penalty").get<double>()).epsilon(1e-12));
    CHECK(bleu.hypothesis_length == row.at("hypothesis_length"));
    CHECK(bleu.reference_length == row.at("reference_length"));
    CHECK(to_string(bleu) == row.at("line"));
    CHECK(counts.signature() == row.at("signature"));
  }
}

TEST_CASE("the tokenizers of BLEU agree with sacrebleu") {
  using enum metrics::BleuTokenizer;
  CHECK(metrics::tokenize_for_bleu("a,b 3,5 4-5 a-b it's", none) == "a,b 3,5 4-5 a-b it's");
  const std::vector<std::string_view> expected = {"a", ",", "b", "3,5", "4", "-", "5", "a-b", "it's", "(", "\"", "&", ")", "."};
  const std::string line = metrics::tokenize_for_bleu("a,b 3,5 4-5 a-b it's <skipped>(&quot;&amp;).", mteval13a);
  CHECK(text::split_at_white_space(line) == expected);
  CHECK(metrics::tokenize_for_bleu("né x", character) == "n é   x ");
}

TEST_CASE("BLEU of nothing is 0") {
  CHECK(metrics::corpus_bleu({}, {}).score == 0);
  CHECK(metrics::BleuCounts().bleu().score == 0);
}

TEST_CASE("BLEU is grouped by the length of the source") {
  const std::vector<std::int64_t> lengths = {5, 10, 11};
  const std::vector<std::int64_t> bounds = {4, 10};
  const auto buckets = metrics::bleu_by_length(kHypotheses, kReferences, lengths, bounds);
  REQUIRE(buckets.size() == 3);
  CHECK(buckets[0].sentences == 0);
  CHECK(buckets[0].longest == 4);
  CHECK(buckets[0].bleu.score == 0);
  CHECK(buckets[1].shortest == 5);
  CHECK(buckets[1].longest == 10);
  CHECK(buckets[1].sentences == 2);
  const std::vector<std::string> hypotheses(kHypotheses.begin(), kHypotheses.begin() + 2);
  const std::vector<References> references(kReferences.begin(), kReferences.begin() + 2);
  CHECK(buckets[1].bleu.score == metrics::corpus_bleu(hypotheses, references).score);
  CHECK(buckets[2].longest == std::numeric_limits<std::int64_t>::max());
  CHECK(buckets[2].sentences == 1);
}

TEST_CASE("equal source lines are one source") {
  const std::vector<std::string> sources = {"b", "a", "b", "c", "a", "b"};
  CHECK(metrics::references_by_source(sources) == std::vector<std::vector<std::size_t>>{{0, 2, 5}, {1, 4}, {3}});
  CHECK(metrics::references_by_source({}).empty());
}

TEST_CASE("BLEU: invalid arguments are errors") {
  const Where line{"demo.cpp", 9};
  CHECK_THROWS_WITH_AS(metrics::corpus_bleu(kHypotheses, {}, {}, line),
                       "corpus_bleu: counts differ: 3 hypotheses, 0 references, at demo.cpp:9", ShapeError);
  const std::vector<References> none = {{}, {}, {}};
  CHECK_THROWS_WITH_AS(metrics::corpus_bleu(kHypotheses, none, {}, line), "bleu: a hypothesis has no reference, at demo.cpp:9",
                       ValueError);
  const std::vector<std::int64_t> lengths = {1, 2, 3};
  const std::vector<std::int64_t> falling = {10, 5};
  CHECK_THROWS_WITH_AS(metrics::bleu_by_length(kHypotheses, kReferences, lengths, falling, {}, line),
                       "bleu_by_length: bounds must rise: 5 after 10, at demo.cpp:9", ValueError);
  CHECK_THROWS_WITH_AS(metrics::bleu_by_length(kHypotheses, kReferences, {}, falling, {}, line),
                       "bleu_by_length: counts differ: 3 hypotheses, 0 source lengths, at demo.cpp:9", ShapeError);
}

TEST_CASE("n-grams of many references are merged as if one by one") {
  text::CounterRandom random(5);
  for (std::size_t count : {0u, 1u, 2u, 3u, 5u, 8u, 13u, 100u}) {
    std::vector<std::vector<int>> references(count);
    for (auto& tokens : references)
      for (int i = 0; i < 12; ++i) tokens.push_back(static_cast<int>(random.below(4)));
    std::vector<metrics::Ngrams<int>> lists;
    metrics::Ngrams<int> expected;
    for (const auto& tokens : references) {
      lists.push_back(metrics::ngrams(std::span(tokens), 2));
      expected = metrics::most_of(expected, lists.back());
    }
    const auto merged = metrics::most_of_all(lists);
    REQUIRE(merged.size() == expected.size());
    for (std::size_t i = 0; i < merged.size(); ++i) CHECK(std::ranges::equal(merged[i], expected[i]));
  }
}
