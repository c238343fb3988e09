#include <weft/models/text/tokenize.h>
#include <weft/models/training/bleu.h>
#include <weft/tensor/error.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace weft;
using metrics::References;
using metrics::Sentence;

namespace {

Sentence words(const std::string& text) { return text::tokenize(text); }

References references_in(const std::string& text) {
  References references;
  std::size_t begin = 0;
  for (std::size_t bar = text.find('|'); bar != std::string::npos; bar = text.find('|', begin)) {
    references.push_back(words(text.substr(begin, bar - begin)));
    begin = bar + 1;
  }
  references.push_back(words(text.substr(begin)));
  return references;
}

const std::vector<Sentence> kHypotheses = {words("a b c d e"), words("x y z w"), words("k l m n o p q")};
const std::vector<References> kReferences = {{words("a b c d e")}, {words("a b c d")}, {words("k l m n p o q"), words("k l m")}};

}  // namespace

TEST_CASE("BLEU agrees with sacrebleu") {
  struct Row {
    std::vector<std::string> hypotheses, references;
    double score;
    std::vector<double> precisions;
    double brevity_penalty;
    std::int64_t hypothesis_length, reference_length;
  };
  const std::vector<Row> rows = {
#include "../../reference/bleu_cases.inc"
  };
  CHECK(rows.size() == 34);
  for (const Row& row : rows) {
    std::vector<Sentence> hypotheses;
    std::vector<References> references;
    for (const std::string& text : row.hypotheses) hypotheses.push_back(words(text));
    for (const std::string& text : row.references) references.push_back(references_in(text));
    const metrics::Bleu bleu = metrics::corpus_bleu(hypotheses, references);
    CHECK(bleu.score == doctest::Approx(row.score).epsilon(1e-12));
    for (std::size_t i = 0; i < 4; ++i) CHECK(bleu.precisions[i] == doctest::Approx(row.precisions[i]).epsilon(1e-12));
    CHECK(bleu.brevity_penalty == doctest::Approx(row.brevity_penalty).epsilon(1e-12));
    CHECK(bleu.hypothesis_length == row.hypothesis_length);
    CHECK(bleu.reference_length == row.reference_length);
  }
}

TEST_CASE("BLEU of nothing is 0") {
  CHECK(metrics::corpus_bleu({}, {}).score == 0);
  CHECK(metrics::BleuCounts().bleu().score == 0);
}

TEST_CASE("BLEU by length of the source") {
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
  const std::vector<Sentence> hypotheses(kHypotheses.begin(), kHypotheses.begin() + 2);
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

TEST_CASE("BLEU's errors") {
  const Where line{"demo.cpp", 9};
  CHECK_THROWS_WITH_AS(metrics::corpus_bleu(kHypotheses, {}, line),
                       "corpus_bleu: counts differ: 3 hypotheses, 0 references, at demo.cpp:9", ShapeError);
  const std::vector<References> none = {{}, {}, {}};
  CHECK_THROWS_WITH_AS(metrics::corpus_bleu(kHypotheses, none, line), "bleu: a hypothesis has no reference, at demo.cpp:9",
                       ValueError);
  const std::vector<std::int64_t> lengths = {1, 2, 3};
  const std::vector<std::int64_t> falling = {10, 5};
  CHECK_THROWS_WITH_AS(metrics::bleu_by_length(kHypotheses, kReferences, lengths, falling, line),
                       "bleu_by_length: bounds must rise: 5 after 10, at demo.cpp:9", ValueError);
  CHECK_THROWS_WITH_AS(metrics::bleu_by_length(kHypotheses, kReferences, {}, falling, line),
                       "bleu_by_length: counts differ: 3 hypotheses, 0 source lengths, at demo.cpp:9", ShapeError);
}
