// Effects that encoder-decoders have only in training.
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/loss.h>
#include <weft/nn/module/init.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include "tests/models/seq2seq/seq2seq_checks.h"

namespace weft {

namespace {

// Returns the logits of a forward pass with all random streams at their start. Models with the same parameters get the same
// weights.
Tensor logits_of(const Seq2SeqOptions& options, const PairBatch& batch, bool training) {
  manual_seed(3);
  Seq2Seq model(options);
  Generator weights{5};
  nn::initialize(model, nn::init::pytorch(), weights);
  model.train(training);
  return model.forward(batch).tensor();
}

std::vector<Generator> streams_of(Seq2Seq& model) {
  std::vector<Generator> streams;
  for (Generator* generator : nn::generators(model)) streams.push_back(*generator);
  return streams;
}

void set_streams(Seq2Seq& model, const std::vector<Generator>& streams) {
  std::size_t i = 0;
  for (Generator* generator : nn::generators(model)) *generator = streams[i++];
}

// Calls check(options) after change(options) for the options of every kind of encoder-decoder.
template <class Change, class Check>
void for_every_kind_with(Change change, Check check) {
  for (auto [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    change(options);
    check(options);
  }
}

}  // namespace

TEST_CASE("seq2seq: word dropout has effect only in training, and is the same with two threads") {
  NoGrad scope;
  auto example = test::SomePairs().batch();
  auto hide = [](Seq2SeqOptions& options) { options.source_word_dropout = options.target_word_dropout = 0.5; };
  for_every_kind_with(hide, [&](const Seq2SeqOptions& options) {
    Seq2SeqOptions without = options;
    without.source_word_dropout = without.target_word_dropout = 0;
    CHECK(equal_bits(logits_of(options, example.input, false), logits_of(without, example.input, false)));
    Tensor trained = logits_of(options, example.input, true);
    CHECK_FALSE(equal_bits(trained, logits_of(without, example.input, true)));
    set_threads(2);
    CHECK(equal_bits(logits_of(options, example.input, true), trained));
    set_threads(1);
  });
}

TEST_CASE("seq2seq: variational dropout is the same at all steps, so that a training sequence has the bits of its steps") {
  NoGrad scope;
  auto example = test::SomePairs().batch();
  const Tensor& tokens = example.input.target.tokens;
  auto variational = [](Seq2SeqOptions& options) { options.dropout = 0.4, options.variational_dropout = true; };
  for_every_kind_with(variational, [&](const Seq2SeqOptions& options) {
    manual_seed(3);
    Seq2Seq model(options);
    model.train();
    std::vector<Generator> streams = streams_of(model);
    Decoded whole = model.run(example.input);
    CHECK_FALSE(equal_bits(model.run(example.input).logits.tensor(), whole.logits.tensor()));
    set_streams(model, streams);
    DecoderState state = model.start(example.input.source);
    DecoderState chosen = state.select_rows(tensor(std::vector<std::int64_t>{0, 1, 2, 3}));
    for (std::int64_t t = 0; t < tokens.size(1); ++t) {
      const Tensor ids = contiguous(select(tokens, 1, t));
      Tensor logits = model.step(ids, state).logits.tensor();
      CHECK(equal_bits(model.step(ids, chosen).logits.tensor(), logits));
      for (std::int64_t row = 0; row < 4; ++row)
        if (t < static_cast<std::int64_t>(example.input.target.lengths.at({row})))
          CHECK(equal_bits(contiguous(select(logits, 0, row)), contiguous(select(select(whole.logits.tensor(), 0, row), 0, t))));
    }
  });
}

TEST_CASE("seq2seq: with scheduled sampling, word dropout hides a word at all positions, as with teacher forcing") {
  NoGrad scope;
  const auto example = test::SomePairs().batch();
  PairBatch batch = example.input;
  batch.target.tokens = full(batch.target.tokens.shape(), 4, DType::i64);  // the same word everywhere
  batch.target.lengths = full(batch.target.lengths.shape(), static_cast<double>(batch.target.tokens.size(1)), DType::i64);
  for_every_kind_with([](Seq2SeqOptions& options) { options.target_word_dropout = 0.5; },
                      [&](const Seq2SeqOptions& options) {
                        manual_seed(3);
                        Seq2Seq model(options);
                        model.train();
                        const std::vector<Generator> streams = streams_of(model);
                        const Tensor forced = model.run(batch).logits.tensor();
                        set_streams(model, streams);
                        const SampledWords all_true(forced.size(0), forced.size(1), 1, 7);
                        const Decoded sampled = model.decoder.run(batch.target, model.start(batch.source), all_true);
                        CHECK(equal_bits(sampled.logits.tensor(), forced));
                      });
}

TEST_CASE("seq2seq: models in training pass a gradient check in f64") {
  KeepDenormals keep;
  auto example = test::SomePairs().batch();
  auto everything = [](Seq2SeqOptions& options) {
    options.dropout = 0.4, options.variational_dropout = true;
    options.source_word_dropout = options.target_word_dropout = 0.3;
    options.teacher_forcing.ratio = 0.6;
  };
  for_every_kind_with(everything, [&](const Seq2SeqOptions& options) {
    manual_seed(3);
    Seq2Seq model(options);
    model.to(DType::f64);
    model.train();
    std::vector<Generator> streams = streams_of(model);
    std::vector<Variable> leaves;
    for (nn::Parameter* parameter : model.parameters()) leaves.push_back(parameter->variable());
    auto loss = [&] {
      set_streams(model, streams);
      return nn::CrossEntropy({.label_smoothing = 0.1})(model.forward(example.input), example.targets);
    };
    GradcheckResult result = gradcheck(loss, leaves, {.directions = 1});
    CHECK_MESSAGE(result, result.message);
  });
}

TEST_CASE("seq2seq: scheduled sampling gives the bits of steps that read the same words, only in training") {
  NoGrad scope;
  auto example = test::SomePairs().batch();
  const Tensor& tokens = example.input.target.tokens;
  auto sampled = [](Seq2SeqOptions& options) { options.teacher_forcing.ratio = 0.4; };
  for_every_kind_with(sampled, [&](const Seq2SeqOptions& options) {
    manual_seed(3);
    Seq2Seq model(options);
    Tensor told = model.forward(example.input).tensor();
    CHECK(equal_bits(told, model.run(example.input).logits.tensor()));
    model.train();
    const Generator stream = *model.sampling->generator();
    Tensor logits = model.forward(example.input).tensor();
    CHECK_FALSE(equal_bits(logits, told));
    *model.sampling->generator() = stream;
    set_threads(2);
    CHECK(equal_bits(model.forward(example.input).tensor(), logits));
    set_threads(1);

    *model.sampling->generator() = stream;
    SampledWords words = model.sampling->next(tokens.size(0), tokens.size(1));
    DecoderState state = model.start(example.input.source);
    Tensor last;
    for (std::int64_t t = 0; t < tokens.size(1); ++t) {
      Tensor ids = contiguous(select(tokens, 1, t));
      if (t > 0) ids = words.choose(t, ids, last);
      last = model.step(ids, state).logits.tensor();
      CHECK(equal_bits(last, contiguous(select(logits, 1, t))));
    }
  });
}

TEST_CASE("seq2seq: training minimizes the smoothed loss, and scores are without smoothing") {
  test::SomePairs pairs;
  SequencePairs data(pairs.sources, pairs.targets);
  manual_seed(4);
  Seq2Seq model({.source_vocabulary = 11, .target_vocabulary = 9, .embedding_dim = 5, .hidden = 6});
  Trainer plain(model, optim::Adam({.lr = 0}), nn::CrossEntropy());
  Trainer smooth(model, optim::Adam({.lr = 0}), nn::CrossEntropy({.label_smoothing = 0.3}));
  CHECK(smooth.evaluate(data).loss == plain.evaluate(data).loss);
  FitOptions options;
  options.epochs = 1;
  options.progress = false;
  History with = smooth.fit(data, data, options), without = plain.fit(data, data, options);
  CHECK(with[0].validation->loss == without[0].validation->loss);
  CHECK(with[0].train.loss > without[0].train.loss);

  // By hand: 0.7 of each loss, and 0.3 of the mean over all words.
  NoGrad scope;
  auto example = pairs.batch();
  Tensor probabilities = log_softmax(model.forward(example.input).tensor());
  double total = 0, count = 0;
  for (std::int64_t row = 0; row < 4; ++row)
    for (std::int64_t t = 0; t < static_cast<std::int64_t>(example.input.target.lengths.at({row})); ++t, ++count) {
      total -= 0.7 * probabilities.at({row, t, static_cast<std::int64_t>(example.targets.at({row, t}))});
      for (std::int64_t word = 0; word < 9; ++word) total -= 0.3 / 9 * probabilities.at({row, t, word});
    }
  CHECK(with[0].train.loss == doctest::Approx(total / count).epsilon(1e-6));
}

}  // namespace weft
