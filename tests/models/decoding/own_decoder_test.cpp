// Decoders that weft does not ship, decoded in every way and compared with the enumeration of all their outputs.
#include <weft/models/decoding/decode.h>
#include <weft/models/decoding/ensemble.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "tests/numbers.h"

namespace weft {

namespace {

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

// The probabilities of the next token after what was written for a source.
using NextProbabilities = std::function<std::vector<double>(const Sequence& source, const Sequence& written)>;

constexpr std::int64_t kWords = 5;  // <s>, </s> and three more

// Rows of probabilities, none for <s>; some of the others are zero where `sparse`.
std::vector<std::vector<double>> probability_rows(std::int64_t count, std::uint64_t seed, bool sparse = false) {
  Numbers numbers(seed);
  std::vector<std::vector<double>> rows;
  for (std::int64_t i = 0; i < count; ++i) {
    std::vector<double> row(kWords, 0);
    double sum = 0;
    for (std::size_t id = 1; id < row.size(); ++id)
      sum += row[id] = sparse && id != 1 && numbers.below(3) == 0 ? 0 : 1 + static_cast<double>(numbers.below(20));
    for (double& p : row) p /= sum;
    rows.push_back(row);
  }
  return rows;
}

Tensor log_table(const std::vector<std::vector<double>>& rows) {
  std::vector<double> all;
  for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  return log(tensor(all, {std::ssize(rows), kWords}));
}

NextProbabilities after_two(const std::vector<std::vector<double>>& rows) {
  return [rows](const Sequence&, const Sequence& written) {
    auto word = [&](std::size_t back) { return written.size() < back ? 0 : written[written.size() - back]; };
    return rows[static_cast<std::size_t>(word(2) * kWords + word(1))];
  };
}

struct Output {
  Sequence ids;
  double log_probability, score;
};

// All outputs of probability above 0 with at most `longest` words, in falling order of ln p over their tokens, </s> included.
std::vector<Output> every_output(const NextProbabilities& next, const Sequence& source, std::size_t longest) {
  std::vector<Output> outputs;
  std::vector<Output> live{{{}, 0, 0}};
  while (!live.empty()) {
    std::vector<Output> longer;
    for (const Output& each : live) {
      const std::vector<double> p = next(source, each.ids);
      const double ended = each.log_probability + std::log(p[1]);
      outputs.push_back({each.ids, ended, ended / static_cast<double>(each.ids.size() + 1)});
      for (std::int64_t id = 2; id < kWords && each.ids.size() < longest; ++id) {
        if (p[static_cast<std::size_t>(id)] == 0) continue;
        longer.push_back({each.ids, each.log_probability + std::log(p[static_cast<std::size_t>(id)]), 0});
        longer.back().ids.push_back(id);
      }
    }
    live = std::move(longer);
  }
  std::stable_sort(outputs.begin(), outputs.end(), [](const Output& a, const Output& b) { return a.score > b.score; });
  return outputs;
}

Batch no_sources(std::int64_t count) { return {zeros({count, 0}, DType::i64), zeros({count}, DType::i64)}; }

void check_best(const NBest& found, const std::vector<Output>& all) {
  REQUIRE(found.size() <= all.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].ids == all[i].ids);
    CHECK(found[i].log_probability == doctest::Approx(all[i].log_probability));
    CHECK(found[i].score == doctest::Approx(all[i].score));
  }
}

Sequence greedy_output(const NextProbabilities& next, const Sequence& source, std::size_t longest) {
  Sequence written;
  while (written.size() < longest) {
    const std::vector<double> p = next(source, written);
    const std::int64_t id = std::max_element(p.begin(), p.end()) - p.begin();
    if (id == 1) break;
    written.push_back(id);
  }
  return written;
}

}  // namespace

TEST_CASE("own decoder: greedy search and a wide beam find what enumeration finds") {
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

TEST_CASE("own decoder: the searches of models/docs/decoding.md") {
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

TEST_CASE("own decoder: draws have the outputs' probabilities") {
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

TEST_CASE("own decoder: an ensemble of two has the mean of their probabilities, where one or both have none too") {
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
    // An ensemble is a decoder like others.
    const Ensemble nested({&both, &both});
    check_best(decode(nested, no_sources(1), {.beam = 200, .n_best = 10, .max_length = 4})[0], every_output(next, {}, 4));
  }
}

namespace {

// Looks at the source's tokens one after the other, and over again: the next word depends on the last one and on the token it
// looks at, which gets 0.7 of the attention, the others the rest. Its state checks what a decoder is promised of its rows.
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
    std::vector<std::int64_t> sources_;  // of each row
    std::int64_t written_ = 0;
  };

  std::vector<std::vector<double>> rows_;
  Tensor table_;
};

// The coverage penalty of Wu et al. 2016 for an output of Reader's.
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

Batch sources_of(const std::vector<Sequence>& sources) {
  std::size_t time = 0;
  for (const Sequence& source : sources) time = std::max(time, source.size());
  Sequence tokens, lengths;
  for (const Sequence& source : sources) {
    tokens.insert(tokens.end(), source.begin(), source.end());
    tokens.resize(tokens.size() + time - source.size());
    lengths.push_back(std::ssize(source));
  }
  return {tensor(tokens, {std::ssize(sources), static_cast<std::int64_t>(time)}), tensor(lengths)};
}

}  // namespace

TEST_CASE("own decoder: sources of a batch have their own outputs, attention, coverage and beginnings") {
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

TEST_CASE("own decoder: what a source gives does not depend on the others") {
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

namespace {

// Gives the same at each step.
class Constant : public IncrementalDecoder {
 public:
  Constant(DecoderTokens tokens, StepOutput output) : tokens_(tokens), output_(std::move(output)) {}
  DecoderTokens tokens() const override { return tokens_; }
  std::unique_ptr<IncrementalDecoder::State> start(const Batch& /*source*/) const override {
    return std::make_unique<Same>(output_);
  }

 private:
  struct Same : IncrementalDecoder::State {
    explicit Same(StepOutput given) : output(std::move(given)) {}
    StepOutput step(const Tensor& /*ids*/) override { return output; }
    void select(const Tensor& /*rows*/) override {}
    StepOutput output;
  };

  DecoderTokens tokens_;
  StepOutput output_;
};

constexpr DecoderTokens kThree{.vocabulary = 3, .start = 0, .end = 1};

// Has attention at every other step.
class Alternating : public IncrementalDecoder {
 public:
  DecoderTokens tokens() const override { return kThree; }
  std::unique_ptr<IncrementalDecoder::State> start(const Batch& /*source*/) const override { return std::make_unique<Counter>(); }

 private:
  struct Counter : IncrementalDecoder::State {
    StepOutput step(const Tensor& ids) override {
      const Tensor log_p = log(tensor(std::vector<double>{0.2, 0.3, 0.5}, {1, 3}));
      return {log_p, ++steps % 2 ? zeros({ids.size(0), 2}) : Tensor()};
    }
    void select(const Tensor& /*rows*/) override {}
    int steps = 0;
  };
};

}  // namespace

TEST_CASE("own decoder: a token of probability 0 is never chosen, and </s> may be written where nothing else can") {
  const Constant never(kThree, {log(tensor({{0.5, 0.5, 0.0}})), {}});
  for (const SearchOptions& options :
       {SearchOptions{}, SearchOptions{.beam = 3, .n_best = 3}, SearchOptions{.sampling = Sampling{}},
        SearchOptions{.sampling = Sampling{.top_k = 2, .top_p = 0.5}}, SearchOptions{.min_length = 2}}) {
    const NBest found = decode(never, no_sources(1), options)[0];
    REQUIRE(found.size() == 1);
    CHECK(found[0].ids.empty());
    CHECK(found[0].log_probability == doctest::Approx(std::log(0.5)));
  }
  const Hypothesis forced = decode(never, no_sources(1), {}, {.prefixes = {{2}}})[0][0];
  CHECK(forced.ids == Sequence{2});
  CHECK(forced.score == -INFINITY);
  // An output that has reached its longest length ends, however unlikely that is.
  const Constant endless(kThree, {log(tensor({{0.0, 0.0, 1.0}})), {}});
  for (double top_p : {1.0, 0.5}) {
    const SearchOptions options{.sampling = Sampling{.top_p = top_p}, .max_length = 3};
    CHECK(decode(endless, no_sources(1), options)[0][0].ids == Sequence{2, 2, 2});
  }
}

TEST_CASE("own decoder: what a step gives may be a view") {
  const Tensor log_p = transpose(log(tensor({{0.1}, {0.2}, {0.7}})), 0, 1), attention = expand(zeros({1, 1}), {1, 3});
  const NBest found = decode(Constant(kThree, {log_p, attention}), sources_of({{4, 5, 6}}), {.max_length = 2})[0];
  CHECK(found[0].ids == Sequence{2, 2});
  CHECK(found[0].attention.shape() == Shape{2, 3});
}

TEST_CASE("own decoder: <s> may be </s>, and any id <pad> or <unk>") {
  const Tensor log_p = log(tensor({{0.1, 0.4, 0.2, 0.3}}));
  auto written = [&](const DecoderTokens& tokens, const SearchOptions& options) {
    return decode(Constant(tokens, {log_p, {}}), no_sources(1), options)[0][0].ids;
  };
  CHECK(written({.vocabulary = 4, .start = 0, .end = 0}, {.max_length = 2}) == Sequence{1, 1});
  CHECK(written({.vocabulary = 4, .start = 1, .end = 1}, {.max_length = 2}).empty());
  CHECK(written({.vocabulary = 4, .start = 0, .end = 2, .padding = 1}, {.max_length = 2}) == Sequence{3, 3});
  CHECK(written({.vocabulary = 4, .start = 0, .end = 2, .unknown = 1}, {.max_length = 2}) == Sequence{3, 3});
  CHECK(written({.vocabulary = 4, .start = 0, .end = 2, .unknown = 1}, {.max_length = 2, .unknown = true}) == Sequence{1, 1});
}

TEST_CASE("own decoder: what a step may not give is refused by a message that says why") {
  auto refused = [&](const StepOutput& output, const SearchOptions& options, const char* message) {
    CHECK_THROWS_WITH(decode(Constant(kThree, output), sources_of({{4, 5}}), options), doctest::Contains(message));
  };
  const Tensor fine = log(tensor({{0.2, 0.3, 0.5}}));
  for (const SearchOptions& options : {SearchOptions{}, SearchOptions{.beam = 2}, SearchOptions{.sampling = Sampling{}}}) {
    refused({tensor({{-2.0, 3.5, 1.5}}), {}}, options,
            "ln p of id 1 is 3.5, above 0: a step gives log-probabilities, not logits");
    const Constant logits(kThree, {tensor({{-2.0, 3.5, 1.5}}), {}});
    CHECK_THROWS_WITH(decode(Ensemble({&logits, &logits}), no_sources(1), options), doctest::Contains("not logits"));
    const NBest rounded = decode(Constant(kThree, {tensor({{-9.0, 1e-7, -9.0}}), {}}), no_sources(1), options)[0];
    CHECK(rounded[0].log_probability == 0);
    refused({tensor({{-2.0, -1.0, NAN}}), {}}, options, "the model's probabilities are NaN");
    refused({{}, {}}, options, "decode: a step gave no log-probabilities");
    refused({tensor({{-2.0, -1.0}}), {}}, options, "decode: a step gave log-probabilities [1, 2], not [rows, vocabulary] [1, 3]");
    refused({cast(fine, DType::i64), {}}, options, "decode: a step gave log-probabilities of i64");
    refused({fine, zeros({1, 3})}, options, "decode: a step gave attention [1, 3], not [rows, source time] [1, 2]");
    refused({fine, zeros({1, 2}, DType::f64)}, options, "decode: a step gave attention of f64, not f32");
  }
  CHECK_THROWS_WITH(decode(Alternating(), sources_of({{4, 5}}), {.max_length = 3}),
                    doctest::Contains("decode: there was attention at some steps and none at others"));
  refused({fine, {}}, {.coverage_penalty = 1}, "search: coverage_penalty 1 needs a model with attention");
  CHECK_THROWS_WITH_AS(decode(Constant({.vocabulary = 3, .start = 3, .end = 1}, {fine, {}}), no_sources(1)),
                       doctest::Contains("decode: a target vocabulary of 3 has no <s>, whose id is 3"), ValueError);
  const Constant three(kThree, {fine, {}}), ends_elsewhere({.vocabulary = 3, .start = 0, .end = 2}, {fine, {}});
  CHECK_THROWS_WITH_AS(Ensemble({&three, &ends_elsewhere}),
                       doctest::Contains("3 ids with <s> 0 and </s> 1, 3 ids with <s> 0 and </s> 2"), ValueError);
  CHECK_THROWS_WITH_AS(decode(three, {zeros({1, 2}, DType::i64), tensor(Sequence{3})}), doctest::Contains("decode: "),
                       IndexError);
}

}  // namespace weft
