// Results of a step that are allowed, and results that are refused.
#include <weft/models/decoding/decode.h>
#include <weft/models/decoding/ensemble.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/decoding/every_output.h"

namespace weft {

namespace {

using test::no_sources, test::sources_of;

// A decoder that returns the same output at each step.
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

// A decoder that returns attention at every other step.
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

TEST_CASE("own decoder: a token of probability 0 is never chosen, and </s> is written if nothing else can be") {
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
  // An output that has reached the longest length ends, however unlikely </s> is.
  const Constant endless(kThree, {log(tensor({{0.0, 0.0, 1.0}})), {}});
  for (double top_p : {1.0, 0.5}) {
    const SearchOptions options{.sampling = Sampling{.top_p = top_p}, .max_length = 3};
    CHECK(decode(endless, no_sources(1), options)[0][0].ids == Sequence{2, 2, 2});
  }
}

TEST_CASE("own decoder: a step may return views") {
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

TEST_CASE("own decoder: invalid results of a step are refused with the reason") {
  auto refused = [&](const StepOutput& output, const SearchOptions& options, const char* message) {
    CHECK_THROWS_WITH(decode(Constant(kThree, output), sources_of({{4, 5}}), options), doctest::Contains(message));
  };
  const Tensor fine = log(tensor({{0.2, 0.3, 0.5}}));
  for (const SearchOptions& options : {SearchOptions{}, SearchOptions{.beam = 2}, SearchOptions{.sampling = Sampling{}}}) {
    refused({tensor({{-2.0, 3.5, 1.5}}), {}}, options,
            "ln p of id 1 is 3.5, above 0: a step must return log-probabilities, not logits");
    const Constant logits(kThree, {tensor({{-2.0, 3.5, 1.5}}), {}});
    CHECK_THROWS_WITH(decode(Ensemble({&logits, &logits}), no_sources(1), options), doctest::Contains("not logits"));
    const NBest rounded = decode(Constant(kThree, {tensor({{-9.0, 1e-7, -9.0}}), {}}), no_sources(1), options)[0];
    CHECK(rounded[0].log_probability == 0);
    refused({tensor({{-2.0, -1.0, NAN}}), {}}, options, "the model's probabilities are NaN");
    refused({{}, {}}, options, "decode: a step returned no log-probabilities");
    refused({tensor({{-2.0, -1.0}}), {}}, options,
            "decode: a step returned log-probabilities [1, 2], not [rows, vocabulary] [1, 3]");
    refused({cast(fine, DType::i64), {}}, options, "decode: a step returned log-probabilities of i64");
    refused({fine, zeros({1, 3})}, options, "decode: a step returned attention [1, 3], not [rows, source time] [1, 2]");
    refused({fine, zeros({1, 2}, DType::f64)}, options, "decode: a step returned attention of f64, not f32");
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

TEST_CASE("own decoder: an ensemble refuses members whose steps return different shapes") {
  const Tensor one = log(tensor({{0.2, 0.3, 0.5}})), two = log(tensor({{0.2, 0.3, 0.5}, {0.1, 0.1, 0.8}}));
  const auto decode_both = [](StepOutput first, StepOutput second) {
    const Constant a(kThree, std::move(first)), b(kThree, std::move(second));
    decode(Ensemble({&a, &b}), no_sources(2), {});
  };
  CHECK_THROWS_WITH_AS(decode_both({two, {}}, {one, {}}),
                       doctest::Contains("ensemble: one decoder gives log-probabilities [2, 3] f32, another [1, 3] f32"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(decode_both({two, zeros({2, 1})}, {two, zeros({1, 1})}),
                       doctest::Contains("ensemble: one decoder gives attention [2, 1] f32, another [1, 1] f32"), ShapeError);
}

TEST_CASE("own decoder: scores of a batch without lengths are refused at the caller's line") {
  const Constant decoder(kThree, {log(tensor({{0.2, 0.3, 0.5}})), {}});
  CHECK_THROWS_WITH_AS(score_targets(decoder, Batch{}, {{2}}, {}), doctest::Contains("step_output_test.cpp"), Error);
}

}  // namespace weft
