// The sources of a batch are searched together, with a decoder that weft does not ship and that reads its source.
#include <weft/models/decoding/decode.h>
#include <weft/models/decoding/ensemble.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/index.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/models/decoding/every_output.h"

namespace weft {

namespace {

using test::check_best, test::every_output, test::greedy_output, test::kWords, test::log_table, test::NextProbabilities,
    test::Output, test::probability_rows, test::sources_of;

// Cycles through the source's tokens. The next word depends on the last one and on the current token, which gets 0.7 of the
// attention; the other tokens share the rest. The state checks what the search promises about its rows.
class Reader : public IncrementalDecoder {
 public:
  static constexpr double kLook = 0.7;

  explicit Reader(std::uint64_t seed) : rows_(probability_rows(10 * kWords, seed)), table_(log_table(rows_)) {}

  std::vector<double> next(const Sequence& source, const Sequence& written) const {
    const std::int64_t token = source[written.size() % source.size()];
    return rows_[static_cast<std::size_t>(token * kWords + (written.empty() ? 0 : written.back()))];
  }

  DecoderTokens tokens() const override { return {.vocabulary = kWords, .start = 0, .end = 1}; }

  std::unique_ptr<IncrementalDecoder::State> start(const Batch& source) const override {
    return std::make_unique<Reading>(table_, source);
  }

 private:
  class Reading : public IncrementalDecoder::State {
   public:
    Reading(const Tensor& table, const Batch& source) : table_(table), source_(source), sources_(identity(source.size())) {}

    StepOutput step(const Tensor& ids) override {
      REQUIRE(ids.shape() == Shape{std::ssize(sources_)});
      const std::int64_t time = source_.tokens.size(1);
      std::vector<std::int64_t> rows;
      std::vector<float> attention(sources_.size() * static_cast<std::size_t>(time));
      for (std::size_t row = 0; row < sources_.size(); ++row) {
        const std::int64_t length = source_.lengths.span<std::int64_t>()[static_cast<std::size_t>(sources_[row])];
        const std::int64_t at = written_ % length;
        rows.push_back(static_cast<std::int64_t>(source_.tokens.at({sources_[row], at})) * kWords +
                       ids.span<std::int64_t>()[row]);
        for (std::int64_t i = 0; i < length; ++i)
          attention[row * static_cast<std::size_t>(time) + static_cast<std::size_t>(i)] =
              static_cast<float>(length == 1 ? 1
                                 : i == at   ? kLook
                                             : (1 - kLook) / static_cast<double>(length - 1));
      }
      ++written_;
      return {.log_probabilities = index_select(table_, 0, tensor(rows)),
              .attention = tensor(attention, {std::ssize(sources_), time})};
    }

    void select(const Tensor& rows) override {
      std::vector<std::int64_t> chosen;
      for (std::int64_t row : rows.span<std::int64_t>()) chosen.push_back(sources_.at(static_cast<std::size_t>(row)));
      CHECK(std::is_sorted(chosen.begin(), chosen.end()));
      for (std::int64_t source : chosen) CHECK(std::ranges::count(chosen, source) == std::ranges::count(chosen, chosen.front()));
      sources_ = std::move(chosen);
    }

   private:
    static std::vector<std::int64_t> identity(std::int64_t count) {
      std::vector<std::int64_t> all;
      for (std::int64_t i = 0; i < count; ++i) all.push_back(i);
      return all;
    }

    Tensor table_;
    Batch source_;
    std::vector<std::int64_t> sources_;  // the source of each row
    std::int64_t written_ = 0;
  };

  std::vector<std::vector<double>> rows_;
  Tensor table_;
};

// Returns the coverage penalty of Wu et al. 2016 for an output of Reader.
double covered(std::size_t length, std::size_t steps) {
  std::vector<double> sums(length);
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t i = 0; i < length; ++i)
      sums[i] += length == 1 ? 1 : i == t % length ? Reader::kLook : (1 - Reader::kLook) / static_cast<double>(length - 1);
  double sum = 0;
  for (double each : sums) sum += std::log(std::min(each, 1.0));
  return sum;
}

const std::vector<Sequence> kSources{{3, 1, 4, 1, 5}, {2, 7}, {8}, {9, 0, 6}};

}  // namespace

TEST_CASE("own decoder: each source of a batch has its own outputs, attention, coverage and prefix") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Reader reader(seed);
    const NextProbabilities next = [&](const Sequence& source, const Sequence& written) { return reader.next(source, written); };
    for (double penalty : {0.0, 0.5}) {
      const SearchOptions options{.beam = 200, .n_best = 5, .coverage_penalty = penalty, .max_length = 4};
      const std::vector<Sequence> prefixes{{2}, {}, {4, 3}, {}};
      const auto found = decode(reader, sources_of(kSources), options, {.prefixes = prefixes});
      for (std::size_t i = 0; i < kSources.size(); ++i) {
        std::vector<Output> all = every_output(next, kSources[i], 4);
        std::erase_if(all, [&](const Output& output) {
          return output.ids.size() < prefixes[i].size() ||
                 !std::equal(prefixes[i].begin(), prefixes[i].end(), output.ids.begin());
        });
        for (Output& output : all) output.score += penalty * covered(kSources[i].size(), output.ids.size() + 1);
        std::stable_sort(all.begin(), all.end(), [](const Output& a, const Output& b) { return a.score > b.score; });
        REQUIRE(found[i].size() == 5);
        check_best(found[i], all);
        const Hypothesis& best = found[i].front();
        CHECK(best.attention.shape() == Shape{std::ssize(best.ids), std::ssize(kSources[i])});
      }
    }
    const auto greedy = decode(reader, sources_of(kSources), {.max_length = 4});
    for (std::size_t i = 0; i < kSources.size(); ++i) CHECK(greedy[i].front().ids == greedy_output(next, kSources[i], 4));
  }
}

TEST_CASE("own decoder: the outputs of a source do not depend on the others") {
  const Reader reader(7), other(8);
  const Ensemble both({&reader, &other});
  const std::vector<SearchOptions> searches{
      {}, {.beam = 3, .n_best = 3}, {.n_best = 4, .sampling = Sampling{.top_p = 0.9, .seed = 2}, .no_repeat_ngram = 2}};
  for (const SearchOptions& options : searches) {
    const auto together = decode(both, sources_of(kSources), options, {.streams = {5, 6, 7, 8}});
    for (std::size_t i = 0; i < kSources.size(); ++i) {
      const auto alone = decode(both, sources_of({kSources[i]}), options, {.streams = {5 + i}})[0];
      REQUIRE(alone.size() == together[i].size());
      for (std::size_t rank = 0; rank < alone.size(); ++rank) {
        CHECK(alone[rank].ids == together[i][rank].ids);
        CHECK(alone[rank].token_log_probabilities == together[i][rank].token_log_probabilities);
        CHECK(alone[rank].score == together[i][rank].score);
      }
    }
  }
}

}  // namespace weft
