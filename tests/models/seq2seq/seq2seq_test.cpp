#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/seq2seq/seq2seq.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/reduce.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/seq2seq/seq2seq_checks.h"

namespace weft {

namespace {

// Returns the first `length` steps of one row.
Tensor steps_of(const Tensor& x, std::int64_t row, std::int64_t length) {
  return contiguous(slice(select(x, 0, row), 0, 0, length));
}

std::vector<std::string> paths_of(nn::Module& model) {
  std::vector<std::string> paths;
  for (nn::Parameter* parameter : model.parameters()) paths.push_back(parameter->path());
  return paths;
}

// Calls check(model) for a small model of every kind.
template <class Check>
void for_every_kind(Check check) {
  for (const auto& [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    manual_seed(3);
    Seq2Seq model(options);
    if (model.decoder.coverage) copy_to(model.decoder.coverage->weight.tensor(), Numbers(2).tensor({options.hidden}, DType::f32));
    check(model);
  }
}

std::vector<Tensor> one_adam_step(Seq2Seq model, const Data<PairBatch>::Example& example) {
  optim::Adam adam({.lr = 1e-2});
  std::vector<Variable> parameters;
  for (nn::Parameter* parameter : model.parameters()) parameters.push_back(parameter->variable());
  adam.add(parameters);
  nn::CrossEntropy()(model.forward(example.input), example.targets).backward();
  adam.step();
  std::vector<Tensor> weights;
  for (nn::Parameter* parameter : model.parameters()) weights.push_back(parameter->tensor());
  return weights;
}

}  // namespace

TEST_CASE("seq2seq: logits and weights have the right shapes, and weights sum to 1 over the source") {
  test::SomePairs pairs;
  auto example = pairs.batch();
  for_every_kind([&](Seq2Seq& model) {
    Decoded decoded = model.run(example.input);
    CHECK(decoded.logits.shape() == Shape{4, 7, model.options().target_vocabulary});
    CHECK(decoded.weights.defined() == model.options().has_attention());
    if (!decoded.weights.defined()) return;
    CHECK(decoded.weights.shape() == Shape{4, 7, 7});
    double sum = 0;
    for (std::int64_t j = 0; j < 7; ++j) sum += decoded.weights.tensor().at({1, 0, j});
    CHECK(sum == doctest::Approx(1));
    CHECK(decoded.weights.tensor().at({1, 0, 3}) == 0);
  });
}

TEST_CASE("seq2seq: every kind passes a gradient check end to end in f64") {
  KeepDenormals keep;
  test::SomePairs pairs;
  auto example = pairs.batch();
  for_every_kind([&](Seq2Seq& model) {
    model.to(DType::f64);
    std::vector<Variable> leaves;
    for (nn::Parameter* parameter : model.parameters()) leaves.push_back(parameter->variable());
    GradcheckResult result =
        gradcheck([&] { return nn::CrossEntropy()(model.forward(example.input), example.targets); }, leaves, {.directions = 1});
    CHECK_MESSAGE(result, result.message);
  });
}

TEST_CASE("seq2seq: only general attention scales its scores, as if the projection were divided by sqrt(hidden)") {
  NoGrad scope;
  const auto example = test::SomePairs().batch();
  auto logits = [&](AttentionKind kind, bool scaled, double factor) {
    manual_seed(3);
    Seq2Seq model({.source_vocabulary = 11,
                   .target_vocabulary = 9,
                   .embedding_dim = 5,
                   .hidden = 6,
                   .attention = kind,
                   .scaled_scores = scaled});
    for (nn::Parameter* parameter : model.parameters())
      if (parameter->path() == "decoder.attention.key_projection.weight")
        copy_to(parameter->tensor(), parameter->tensor() * factor);
    return model.forward(example.input).tensor();
  };
  const Tensor scaled = logits(AttentionKind::general, true, 1);
  CHECK(max_difference(scaled, logits(AttentionKind::general, false, 1 / std::sqrt(6.0))) < 1e-6);
  CHECK(max_difference(scaled, logits(AttentionKind::general, false, 1)) > 1e-4);
  for (AttentionKind kind : {AttentionKind::none, AttentionKind::dot, AttentionKind::additive})
    CHECK(equal_bits(logits(kind, true, 1), logits(kind, false, 1)));
}

TEST_CASE("seq2seq: a row has the same bits alone, in any batch and with two threads") {
  NoGrad scope;
  test::SomePairs pairs;
  auto all = pairs.batch();
  for_every_kind([&](Seq2Seq& model) {
    Tensor together = model.forward(all.input).tensor();
    set_threads(2);
    CHECK(equal_bits(model.forward(all.input).tensor(), together));
    set_threads(1);
    for (std::size_t row = 0; row < 4; ++row) {
      auto alone = pairs.batch({row});
      std::int64_t length = alone.input.target.tokens.size(1);
      CHECK(equal_bits(steps_of(model.forward(alone.input).tensor(), 0, length),
                       steps_of(together, static_cast<std::int64_t>(row), length)));
    }
  });
}

TEST_CASE("seq2seq: logits and weights step by step have the bits of the whole sequence") {
  NoGrad scope;
  test::SomePairs pairs;
  auto example = pairs.batch();
  const Tensor& tokens = example.input.target.tokens;
  for_every_kind([&](Seq2Seq& model) {
    Decoded whole = model.run(example.input);
    DecoderState state = model.start(example.input.source);
    for (std::int64_t t = 0; t < tokens.size(1); ++t) {
      Decoded step = model.step(contiguous(select(tokens, 1, t)), state);
      for (std::int64_t row = 0; row < 4; ++row) {
        if (t >= static_cast<std::int64_t>(example.input.target.lengths.at({row}))) continue;
        auto of = [&](const Variable& x) { return contiguous(select(select(x.tensor(), 0, row), 0, t)); };
        CHECK(equal_bits(contiguous(select(step.logits.tensor(), 0, row)), of(whole.logits)));
        if (model.options().has_attention())
          CHECK(equal_bits(contiguous(select(step.weights.tensor(), 0, row)), of(whole.weights)));
      }
    }
  });
}

TEST_CASE("seq2seq: selected and reordered rows of one sentence step as they would alone") {
  NoGrad scope;
  test::SomePairs pairs;
  auto example = pairs.batch();
  Tensor starts = full({4}, 2, DType::i64);
  for_every_kind([&](Seq2Seq& model) {
    DecoderState state = model.start(example.input.source);
    model.step(starts, state);
    DecoderState alone = state;
    Tensor expected = model.step(tensor(std::vector<std::int64_t>{4, 5, 6, 7}), alone).logits.tensor();

    DecoderState twice = state.select_rows(tensor(std::vector<std::int64_t>{0, 0, 1, 1, 2, 2, 3, 3}));
    CHECK(twice.rows() == 8);
    twice = twice.select_rows(tensor(std::vector<std::int64_t>{2, 3, 7, 6}));
    CHECK(twice.sentences() == 2);
    Tensor logits = model.step(tensor(std::vector<std::int64_t>{8, 5, 7, 4}), twice).logits.tensor();
    CHECK(equal_bits(contiguous(select(logits, 0, 1)), contiguous(select(expected, 0, 1))));
    CHECK(equal_bits(contiguous(select(logits, 0, 2)), contiguous(select(expected, 0, 3))));
  });
}

TEST_CASE("seq2seq: an Adam step has the same bits with one and two threads, and leaves no graph node") {
  test::SomePairs pairs;
  auto example = pairs.batch();
  for_every_kind([&](Seq2Seq& model) {
    std::vector<Tensor> one = one_adam_step(model, example);
    set_threads(2);
    std::vector<Tensor> two = one_adam_step(model, example);
    set_threads(1);
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(equal_bits(one[i], two[i]));
    CHECK(live_nodes() == 0);
  });
}

TEST_CASE("seq2seq: parameters have the documented paths and number") {
  Seq2Seq luong({.source_vocabulary = 8000, .target_vocabulary = 8000});
  std::int64_t lstm = 4 * 512 * (256 + 512 + 2);
  CHECK(nn::count_parameters(luong) == 2 * 8000 * 256 + 2 * lstm + 512 * 512 + 1024 * 512 + 512 + 512 * 8000 + 8000);
  CHECK(paths_of(luong) ==
        std::vector<std::string>{"encoder.embedding.weight", "encoder.rnn.weight_ih_l0", "encoder.rnn.weight_hh_l0",
                                 "encoder.rnn.bias_ih_l0", "encoder.rnn.bias_hh_l0", "decoder.embedding.weight",
                                 "decoder.rnn.weight_ih_l0", "decoder.rnn.weight_hh_l0", "decoder.rnn.bias_ih_l0",
                                 "decoder.rnn.bias_hh_l0", "decoder.output.weight", "decoder.output.bias",
                                 "decoder.attention.key_projection.weight", "decoder.combine.weight", "decoder.combine.bias"});
  Seq2Seq copy = luong;
  CHECK(paths_of(copy) == paths_of(luong));
  CHECK(copy.decoder.combine->weight.tensor().raw() != luong.decoder.combine->weight.tensor().raw());
}

TEST_CASE("seq2seq: tied weights are one parameter that is counted, saved and trained once") {
  Seq2SeqOptions options{.source_vocabulary = 50, .target_vocabulary = 50, .embedding_dim = 6, .hidden = 8};
  auto count = [&](Tie tie, std::int64_t hidden) {
    options.tie = tie;
    options.hidden = hidden;
    Seq2Seq model(options);
    return nn::count_parameters(model);
  };
  CHECK(count(Tie::target, 8) == count(Tie::none, 8) - 50 * 8 + 8 * 6);
  CHECK(count(Tie::all, 8) == count(Tie::target, 8) - 50 * 6);
  CHECK(count(Tie::all, 6) == count(Tie::none, 6) - 2 * 50 * 6);
  options.tie = Tie::all;
  options.hidden = 6;
  Seq2Seq model(options);
  for (const std::string& path : paths_of(model)) CHECK((path != "encoder.embedding.weight" && path != "decoder.output.weight"));
  // The rows have a length near 1; the embedding scales them to look like untied ones.
  Tensor table = model.decoder.embedding.weight.tensor();
  CHECK(norm(table).item() == doctest::Approx(std::sqrt(50)).epsilon(0.2));
  CHECK(
      equal_bits(model.decoder.embedding(tensor(std::vector<std::int64_t>{7})).tensor(), slice(table, 0, 7, 8) * std::sqrt(6.0)));
}

TEST_CASE("seq2seq: learns to reverse, with every wiring") {
  std::vector<Sequence> sources, targets;
  Numbers numbers(5);
  for (int i = 0; i < 64; ++i) {
    Sequence source;
    for (int j = 0; j < 3 + i % 3; ++j) source.push_back(4 + numbers.below(5));
    Sequence target{2};
    target.insert(target.end(), source.rbegin(), source.rend());
    target.push_back(3);
    sources.push_back(source);
    targets.push_back(target);
  }
  SequencePairs data(sources, targets);
  for (Wiring wiring : {Wiring::luong, Wiring::bahdanau}) {
    manual_seed(1);
    Seq2Seq model({.source_vocabulary = 9,
                   .target_vocabulary = 9,
                   .embedding_dim = 16,
                   .hidden = 32,
                   .cell = RecurrentCell::gru,
                   .wiring = wiring});
    Trainer trainer(model, optim::Adam({.lr = 1e-2}), nn::CrossEntropy(), {metrics::accuracy()});
    FitOptions options;
    options.epochs = 40;
    options.batch_size = 16;
    options.progress = false;
    trainer.fit(data, options);
    CHECK(trainer.evaluate(data).metric("accuracy") > 0.98);
  }
}

TEST_CASE("seq2seq: incompatible options are refused") {
  Seq2SeqOptions good{.source_vocabulary = 5, .target_vocabulary = 5, .embedding_dim = 4, .hidden = 4};
  auto refused = [&](auto change) {
    Seq2SeqOptions options = good;
    change(options);
    CHECK_THROWS_AS(Seq2Seq{options}, ValueError);
  };
  refused([](Seq2SeqOptions& o) { o.source_vocabulary = 0; });
  refused([](Seq2SeqOptions& o) { o.hidden = 0; });
  refused([](Seq2SeqOptions& o) { o.dropout = 1; });
  refused([](Seq2SeqOptions& o) { o.source_word_dropout = -0.1; });
  refused([](Seq2SeqOptions& o) { o.source_word_dropout = 1; });
  refused([](Seq2SeqOptions& o) { o.target_word_dropout = 1.1; });
  refused([](Seq2SeqOptions& o) { o.bidirectional = true, o.hidden = 5; });
  refused([](Seq2SeqOptions& o) { o.tie = Tie::all, o.source_vocabulary = 6; });
  refused([](Seq2SeqOptions& o) { o.copy = true, o.copied_ids = 2, o.attention = AttentionKind::none; });
  refused([](Seq2SeqOptions& o) { o.copy = true, o.copied_ids = 5; });
  refused([](Seq2SeqOptions& o) { o.layer_norm = true, o.cell = RecurrentCell::rnn; });
  refused([](Seq2SeqOptions& o) { o.teacher_forcing.ratio = -1; });
  good.dropout = 1;
  CHECK_THROWS_WITH_AS(Seq2Seq{good},
                       doctest::Contains("seq2seq: dropout is 1, not from 0 to below 1, which would leave nothing to learn from"),
                       ValueError);
  refused([](Seq2SeqOptions& o) { o.input_feeding = true, o.wiring = Wiring::bahdanau; });
  refused([](Seq2SeqOptions& o) { o.context_starts_only = true; });
}

}  // namespace weft
