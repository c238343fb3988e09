// What encoder-decoders do while they are trained, and not otherwise.
#include <weft/autograd/grad_mode.h>
#include <weft/autograd/gradcheck.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/init.h>
#include <weft/nn/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/float_mode.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/random.h>

#include <doctest/doctest.h>

#include "tests/models/seq2seq_checks.h"

namespace weft {

namespace {

// The logits of a forward pass, with all random streams at their start. Models of the same parameters have the same weights.
Tensor logits_of(const Seq2SeqOptions& options, const PairBatch& batch, bool training) {
  manual_seed(3);
  Seq2Seq model(options);
  Generator weights{5};
  nn::initialize(model, nn::init::pytorch(), weights);
  model.train(training);
  return model.forward(batch).tensor();
}

// options_of(..) with `change`, for every kind of encoder-decoder.
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

TEST_CASE("seq2seq: word dropout acts in training alone, and the same for two threads") {
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

TEST_CASE("seq2seq: scores are without label smoothing, which training minimizes") {
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
