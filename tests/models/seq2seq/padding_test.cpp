// Models whose padding vectors are NaN or infinite: nothing after the lengths affects a loss or a gradient.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/losses/loss.h>
#include <weft/models/classifier/attention_classifier.h>
#include <weft/models/seq2seq/detail/attention_losses.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/softmax.h>

#include <doctest/doctest.h>

#include <limits>

#include "tests/models/seq2seq/seq2seq_checks.h"

namespace weft {

namespace {

const std::vector<double> kSpoilers{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                                    std::numeric_limits<float>::max()};

void fill_padding(nn::Parameter& embedding, double value) {
  Tensor row = select(embedding.tensor(), 0, text::kPaddingId);
  fill(row, value);
}

// Returns the loss and its gradients with respect to all parameters.
std::vector<Tensor> results_of(nn::Module& model, const Variable& loss, bool create_graph) {
  std::vector<Variable> leaves;
  for (nn::Parameter* parameter : model.parameters()) leaves.push_back(parameter->variable());
  std::vector<Tensor> found{loss.tensor()};
  for (const Variable& g : grad({loss}, leaves, {.create_graph = create_graph}))
    found.push_back(g.defined() ? contiguous(g.tensor()) : zeros({}));
  return found;
}

// Compares run(value, create_graph) for different values in the padding vectors.
template <class Run>
void check_padding(const Run& run) {
  for (bool create_graph : {false, true}) {
    CAPTURE(create_graph);
    const std::vector<Tensor> expected = run(0.25, create_graph);
    CHECK(is_finite(expected[0]));
    for (double value : kSpoilers) {
      CAPTURE(value);
      const std::vector<Tensor> found = run(value, create_graph);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i);
        CHECK(equal_bits(found[i] + 0.0, expected[i] + 0.0));  // zeros may differ in their sign
      }
    }
  }
}

void check_seq2seq(const Seq2SeqOptions& options) {
  const auto example = test::SomePairs().batch();
  check_padding([&](double value, bool create_graph) {
    manual_seed(5);
    Seq2Seq model(options);
    model.train();
    // The decoder never reads padding as a word that it has written.
    if (model.decoder.output.bias.defined()) model.decoder.output.bias.tensor().set({text::kPaddingId}, -100);
    if (options.tie != Tie::all) fill_padding(model.encoder.embedding.weight, value);
    if (options.tie == Tie::none) fill_padding(model.decoder.embedding.weight, value);
    const ModelOutput output = model.forward_with_loss(example.input);
    Variable loss = options.copy ? nll_loss(output.logits, example.targets) : cross_entropy(output.logits, example.targets);
    if (output.extra_loss.defined()) loss = loss + output.extra_loss;
    return results_of(model, loss, create_graph);
  });
}

}  // namespace

TEST_CASE("padding of any kind has no effect on encoder-decoders") {
  for (const test::NamedSeq2Seq& each : test::every_seq2seq()) {
    CAPTURE(each.name);
    check_seq2seq(each.options);
  }
}

TEST_CASE("padding of any kind has no effect on encoder-decoders in training") {
  Seq2SeqOptions base{.source_vocabulary = 11, .target_vocabulary = 9, .embedding_dim = 5, .hidden = 6, .dropout = 0.3};
  base.source_word_dropout = base.target_word_dropout = 0.2;
  for (Wiring wiring : {Wiring::luong, Wiring::bahdanau}) {
    Seq2SeqOptions options = base;
    options.wiring = wiring;
    check_seq2seq(options);
    options.variational_dropout = options.coverage = true;
    options.coverage_loss = 0.5;
    check_seq2seq(options);
    options.teacher_forcing.ratio = 0.5;
    check_seq2seq(options);
  }
}

TEST_CASE("padding of any kind has no effect on classifiers") {
  const Batch batch{tensor({{5, 3, 5, 2}, {6, 0, 0, 0}, {2, 1, 0, 0}}, DType::i64), tensor(std::vector<std::int64_t>{4, 1, 2})};
  const Tensor targets = tensor(std::vector<std::int64_t>{0, 2, 1});
  using enum ClassifierAttention;
  for (ClassifierAttention attention : {self, pooling, mean, bag_of_words}) {
    CAPTURE(to_string(attention));
    check_padding([&](double value, bool create_graph) {
      manual_seed(5);
      AttentionClassifier model({.vocabulary = 7, .embedding_dim = 4, .classes = 3, .attention = attention});
      fill_padding(model.embedding.weight, value);
      CHECK(is_finite(model.attend(batch).logits.tensor()));
      return results_of(model, cross_entropy(model.forward(batch), targets), create_graph);
    });
  }
}

namespace {

// Returns the batch with an id after its lengths.
Batch padded_with(const Batch& batch, std::int64_t id) {
  const Tensor counts = length_mask(batch.lengths, batch.tokens.size(1));
  return {where(counts, batch.tokens, tensor(std::vector{id})), batch.lengths};
}

// Compares run(id) for different ids after the lengths: ids outside the vocabulary change no bit. The last run has the id in a
// sentence.
template <class Run>
void check_padding_ids(const Run& run) {
  const std::vector<Tensor> expected = run(text::kPaddingId);
  for (std::int64_t id : {std::int64_t{-1}, std::int64_t{1'000'000'000}, std::numeric_limits<std::int64_t>::min()}) {
    CAPTURE(id);
    const std::vector<Tensor> found = run(id);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(i);
      CHECK(equal_bits(found[i], expected[i]));
    }
  }
}

}  // namespace

TEST_CASE("padding of any kind: ids outside the vocabulary have no effect on encoder-decoders") {
  std::vector<test::NamedSeq2Seq> all = test::every_seq2seq();
  all.push_back(
      {"scheduled sampling, word dropout", {.source_vocabulary = 11, .target_vocabulary = 9, .embedding_dim = 5, .hidden = 6}});
  all.back().options.teacher_forcing.ratio = 0.5;
  all.back().options.source_word_dropout = all.back().options.target_word_dropout = 0.2;
  const auto example = test::SomePairs().batch();
  for (const test::NamedSeq2Seq& each : all) {
    const auto& options = each.options;
    CAPTURE(each.name);
    check_padding_ids([&](std::int64_t id) {
      manual_seed(5);
      Seq2Seq model(options);
      model.train();
      PairBatch input = example.input;
      input.source = padded_with(input.source, id);
      input.target = padded_with(input.target, id);
      const Variable logits = model.forward_with_loss(input).logits;
      return results_of(model, options.copy ? nll_loss(logits, example.targets) : cross_entropy(logits, example.targets), false);
    });
    Seq2Seq model(options);
    for (std::int64_t id : {-1, 1'000'000'000}) {
      PairBatch wrong = example.input;
      wrong.source.tokens = clone(wrong.source.tokens);
      wrong.source.tokens.set({0, 0}, static_cast<double>(id));
      CHECK_THROWS_AS(model.forward(wrong), IndexError);
      wrong = example.input;
      wrong.target.tokens = clone(wrong.target.tokens);
      wrong.target.tokens.set({0, 0}, static_cast<double>(id));
      CHECK_THROWS_AS(model.forward(wrong), IndexError);
    }
  }
}

TEST_CASE("padding of any kind: ids outside the vocabulary have no effect on classifiers") {
  const Batch batch{tensor({{5, 3, 5, 2}, {6, 0, 0, 0}, {2, 1, 0, 0}}, DType::i64), tensor(std::vector<std::int64_t>{4, 1, 2})};
  const Tensor targets = tensor(std::vector<std::int64_t>{0, 2, 1});
  using enum ClassifierAttention;
  for (ClassifierAttention attention : {self, pooling, mean, bag_of_words}) {
    CAPTURE(to_string(attention));
    const AttentionClassifierOptions options{.vocabulary = 7, .embedding_dim = 4, .classes = 3, .attention = attention};
    check_padding_ids([&](std::int64_t id) {
      manual_seed(5);
      AttentionClassifier model(options);
      const Batch input = padded_with(batch, id);
      std::vector<Tensor> found = results_of(model, cross_entropy(model.forward(input), targets), false);
      const auto attended = model.attend(input);
      found.push_back(attended.logits.tensor());
      found.push_back(attended.weights);
      return found;
    });
    AttentionClassifier model(options);
    Batch wrong = padded_with(batch, -1);
    wrong.tokens.set({2, 1}, 7);
    CHECK_THROWS_WITH_AS(model.forward(wrong), doctest::Contains("index 7 at position [2, 1] is outside 0..6"), IndexError);
  }
}

TEST_CASE("padding of any kind has no effect on losses of attention") {
  for (double value : kSpoilers) {
    CAPTURE(value);
    Numbers numbers(4);
    const Tensor weights = softmax(numbers.tensor({2, 4, 3})), lengths = tensor(std::vector<std::int64_t>{4, 2});
    Tensor bad = clone(weights), alignment = zeros(weights.shape(), DType::f64);
    alignment.set({0, 1, 2}, 1);
    alignment.set({1, 1, 0}, 0.5);
    Tensor behind = slice(select(bad, 0, 1), 0, 2);
    fill(behind, value);
    const auto slope = [](const Tensor& at, const auto& loss, bool create_graph) {
      const Variable x = leaf(at), y = loss(x);
      CHECK(is_finite(y.tensor()));
      return contiguous(grad({y}, {x}, {.create_graph = create_graph})[0].tensor());
    };
    const auto coverage = [&](const Variable& x) { return coverage_loss(x, lengths); };
    const auto alignments = [&](const Variable& x) { return alignment_loss(x, alignment); };
    for (bool create_graph : {false, true}) {
      CHECK(equal_bits(slope(bad, coverage, create_graph), slope(weights, coverage, create_graph)));
      CHECK(equal_bits(slope(bad, alignments, create_graph), slope(weights, alignments, create_graph)));
    }
  }
}

}  // namespace weft
