// Every search of a decoder that weft does not ship is compared with the enumeration of all its outputs.
#include <weft/models/decoding/decode.h>
#include <weft/models/decoding/ensemble.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/index.h>

#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "tests/models/decoding/every_output.h"

namespace weft {

namespace {

using test::check_best, test::every_output, test::greedy_output, test::kWords, test::log_table, test::no_sources,
    test::NextProbabilities, test::Output, test::probability_rows;

// The next word depends on the two before it: log_probabilities [words * words, words], where row a * words + b holds what comes
// after a b. Id 0 is <s>, id 1 is </s>.
class Trigrams : public IncrementalDecoder {
 public:
  explicit Trigrams(Tensor log_probabilities) : log_probabilities_(std::move(log_probabilities)) {}

  DecoderTokens tokens() const override { return {.vocabulary = log_probabilities_.size(1), .start = 0, .end = 1}; }

  std::unique_ptr<IncrementalDecoder::State> start(const Batch& source) const override {
    return std::make_unique<Written>(log_probabilities_, zeros({source.size()}, DType::i64));
  }

 private:
  class Written : public IncrementalDecoder::State {
   public:
    Written(Tensor table, Tensor before) : table_(std::move(table)), before_(std::move(before)) {}

    StepOutput step(const Tensor& ids) override {
      const Tensor rows = before_ * table_.size(1) + ids;
      before_ = ids;
      return {.log_probabilities = index_select(table_, 0, rows), .attention = {}};
    }

    void select(const Tensor& rows) override { before_ = index_select(before_, 0, rows); }

   private:
    Tensor table_, before_;  // before_ [rows]: the word before the one that is read next
  };

  Tensor log_probabilities_;
};

NextProbabilities after_two(const std::vector<std::vector<double>>& rows) {
  return [rows](const Sequence&, const Sequence& written) {
    auto word = [&](std::size_t back) { return written.size() < back ? 0 : written[written.size() - back]; };
    return rows[static_cast<std::size_t>(word(2) * kWords + word(1))];
  };
}

}  // namespace

TEST_CASE("own decoder: greedy search and a wide beam agree with enumeration") {
  int differs = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto rows = probability_rows(kWords * kWords, seed, seed % 2 == 0);
    const Trigrams decoder(log_table(rows));
    const NextProbabilities next = after_two(rows);
    const std::vector<Output> all = every_output(next, {}, 4);
    const NBest greedy = decode(decoder, no_sources(1), {.max_length = 4})[0];
    CHECK(greedy.front().ids == greedy_output(next, {}, 4));
    const NBest found = decode(decoder, no_sources(1), {.beam = 200, .n_best = 10, .max_length = 4})[0];
    REQUIRE(found.size() == 10);
    check_best(found, all);
    CHECK_FALSE(found.front().attention.defined());
    differs += greedy.front().ids != found.front().ids;
    std::vector<Sequence> targets;
    for (const Output& output : all) targets.push_back(output.ids);
    const auto scored = score_targets(decoder, no_sources(std::ssize(targets)), targets);
    for (std::size_t i = 0; i < all.size(); ++i) check_best({scored[i]}, {all[i]});
  }
  CHECK(differs > 3);
}

TEST_CASE("own decoder: the searches in models/docs/decoding.md work") {
  const Trigrams one(log_table(probability_rows(kWords * kWords, 1))), other(log_table(probability_rows(kWords * kWords, 2)));
  const Batch sources = no_sources(1);
  const NBest greedy = decode(one, sources)[0];
  const NBest best = decode(one, sources, {.beam = 5, .n_best = 3})[0];
  const NBest drawn = decode(one, sources, {.n_best = 3, .sampling = Sampling{.top_p = 0.9, .seed = 1}})[0];
  const NBest together = decode(Ensemble({&one, &other}), sources, {.beam = 5})[0];
  const Hypothesis scored = score_targets(one, sources, {best[0].ids})[0];
  CHECK(greedy.size() == 1);
  CHECK(best.size() == 3);
  CHECK(drawn.size() == 3);
  CHECK(together.size() == 1);
  CHECK(scored.score == best[0].score);
}

TEST_CASE("own decoder: outputs are drawn with their probabilities") {
  const auto rows = probability_rows(kWords * kWords, 3, true);
  constexpr std::int64_t kDraws = 20000;
  const NBest draws =
      decode(Trigrams(log_table(rows)), no_sources(1), {.n_best = kDraws, .sampling = Sampling{.seed = 4}, .max_length = 40})[0];
  std::map<Sequence, double> shares;
  for (const Hypothesis& draw : draws) shares[draw.ids] += 1.0 / kDraws;
  int likely = 0;
  for (const Output& output : every_output(after_two(rows), {}, 4)) {
    const double p = std::exp(output.log_probability);
    if (p < 0.01) continue;
    CHECK(std::abs(shares[output.ids] - p) < 4 * std::sqrt(p * (1 - p) / kDraws));
    ++likely;
  }
  CHECK(likely > 8);
}

TEST_CASE("own decoder: an ensemble has the mean of two probabilities, even if one or both are 0") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto one = probability_rows(kWords * kWords, seed, true), two = probability_rows(kWords * kWords, seed + 100, true);
    const Trigrams first(log_table(one)), second(log_table(two));
    const NextProbabilities next = [&](const Sequence& source, const Sequence& written) {
      std::vector<double> mean = after_two(one)(source, written), other = after_two(two)(source, written);
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] = (mean[i] + other[i]) / 2;
      return mean;
    };
    const Ensemble both({&first, &second});
    CHECK(decode(both, no_sources(1), {.max_length = 4})[0].front().ids == greedy_output(next, {}, 4));
    check_best(decode(both, no_sources(1), {.beam = 200, .n_best = 10, .max_length = 4})[0], every_output(next, {}, 4));
    // An ensemble is itself a decoder.
    const Ensemble nested({&both, &both});
    check_best(decode(nested, no_sources(1), {.beam = 200, .n_best = 10, .max_length = 4})[0], every_output(next, {}, 4));
  }
}

}  // namespace weft
