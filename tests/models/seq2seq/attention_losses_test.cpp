#include <weft/autograd/check/gradcheck.h>
#include <weft/models/report/learning_curves.h>
#include <weft/models/seq2seq/coverage.h>
#include <weft/models/seq2seq/detail/attention_losses.h>
#include <weft/models/translator/translator.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/fused/softmax.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "tests/models/io/temporary_file.h"
#include "tests/models/seq2seq/seq2seq_checks.h"
#include "tests/tensor/files/temporary_folder.h"

namespace weft {

namespace {

// The target has the source's words in reverse order, but the alignment, wrongly, says the same order.
std::vector<text::TextPair> aligned_pairs(int count) {
  std::vector<text::TextPair> pairs;
  Numbers numbers(7);
  for (int i = 0; i < count; ++i) {
    std::string source, target, alignment;
    const auto length = 2 + numbers.below(4);
    for (std::int64_t j = 0; j < length; ++j) {
      const std::string word(1, static_cast<char>('a' + numbers.below(6)));
      source += (j ? " " : "") + word;
      target = word + (j ? " " : "") + target;
      alignment += (j ? " " : "") + std::to_string(j) + "-" + std::to_string(j);
    }
    pairs.push_back({source, target, alignment});
  }
  return pairs;
}

TranslatorTraining guided_training(int epochs) {
  TranslatorTraining options;
  options.model = {.embedding_dim = 12, .hidden = 24, .coverage = true, .alignment_loss = 1};
  options.learning_rate = 1e-2;
  options.fit.epochs = epochs;
  options.fit.batch_size = 20;
  options.fit.progress = false;
  return options;
}

}  // namespace

TEST_CASE("coverage loss: the loss and its gradient agree with a computation by hand, without padding") {
  Numbers numbers(4);
  const Tensor weights = softmax(numbers.tensor({2, 4, 3})), lengths = tensor(std::vector<std::int64_t>{4, 2});
  double expected = 0;
  for (std::int64_t row = 0; row < 2; ++row)
    for (std::int64_t j = 0; j < 3; ++j) {
      double received = 0;
      for (std::int64_t t = 0; t < (row == 0 ? 4 : 2); ++t) {
        expected += std::min(weights.at({row, t, j}), received);
        received += weights.at({row, t, j});
      }
    }
  CHECK(coverage_loss(weights, lengths).item() == doctest::Approx(expected).epsilon(1e-12));
  CHECK(gradcheck([&](const std::vector<Variable>& in) { return coverage_loss(in[0], lengths); }, {weights}).ok);
  CHECK(coverage_loss(softmax(numbers.tensor({2, 1, 3})), tensor(std::vector<std::int64_t>{1, 1})).item() == 0);
  CHECK_THROWS_AS(coverage_loss(softmax(numbers.tensor({2, 3})), lengths), ShapeError);
  CHECK_THROWS_AS(coverage_loss(weights, tensor(std::vector<std::int64_t>{5, 2})), IndexError);
}

TEST_CASE("alignment loss: the cross-entropy and its gradient leave out words without links") {
  Numbers numbers(5);
  const Tensor weights = softmax(numbers.tensor({1, 3, 2}));
  const Tensor alignment = tensor(std::vector<double>{1, 0, 0, 0, 0.5, 0.5}, {1, 3, 2});
  const double expected =
      -std::log(weights.at({0, 0, 0})) - 0.5 * (std::log(weights.at({0, 2, 0})) + std::log(weights.at({0, 2, 1})));
  CHECK(alignment_loss(weights, alignment).item() == doctest::Approx(expected).epsilon(1e-6));
  CHECK(gradcheck([&](const std::vector<Variable>& in) { return alignment_loss(in[0], alignment); }, {weights}).ok);
  CHECK_THROWS_AS(alignment_loss(weights, zeros({1, 2, 3})), ShapeError);
}

TEST_CASE("coverage: zero weights change nothing, others add the received attention to the keys") {
  Numbers numbers(6);
  Coverage coverage(nullptr, "", 4);
  nn::Memory memory{numbers.tensor({2, 3, 4}, DType::f32), numbers.tensor({2, 3, 5}, DType::f32), {}};
  const Tensor received = softmax(numbers.tensor({2, 3}, DType::f32));
  CHECK(equal_bits(coverage(memory, received).keys.tensor(), memory.keys.tensor()));
  coverage.weight.tensor().set({1}, 2);
  const Tensor keys = coverage(memory, received).keys.tensor();
  CHECK(keys.at({1, 2, 1}) == doctest::Approx(memory.keys.tensor().at({1, 2, 1}) + 2 * received.at({1, 2})));
  CHECK(keys.at({1, 2, 0}) == memory.keys.tensor().at({1, 2, 0}));
}

TEST_CASE("seq2seq: the model's losses are those of its attention weights") {
  Seq2SeqOptions options{.source_vocabulary = 11, .target_vocabulary = 9, .embedding_dim = 5, .hidden = 6};
  options.coverage_loss = 0.5;
  options.alignment_loss = 2;
  Seq2Seq model(options);
  test::SomePairs pairs;
  SequencePairs data(pairs.sources, pairs.targets);
  SequenceStore links;
  for (const Sequence& own : {Sequence{0, 0, 1, 0, 6, 4}, Sequence{}, Sequence{0, 3}, Sequence{4, 1}}) links.add(own);
  data.set_links(std::move(links));
  const std::vector<std::size_t> all{0, 1, 2, 3};
  const auto example = data.batch(all);
  CHECK(example.input.alignment.shape() == Shape{4, 7, 7});
  CHECK(example.input.alignment.at({0, 0, 1}) == 0.5);
  CHECK(example.input.alignment.at({0, 4, 6}) == 1);
  CHECK(example.input.alignment.at({1, 0, 0}) == 0);

  const Decoded decoded = model.run(example.input);
  const ModelOutput output = model.forward_with_loss(example.input);
  const double expected = 0.5 * coverage_loss(decoded.weights, example.input.target.lengths).item() +
                          2 * alignment_loss(decoded.weights, example.input.alignment).item();
  CHECK(output.extra_loss.item() == doctest::Approx(expected));
  CHECK(equal_bits(output.logits.tensor(), decoded.logits.tensor()));
}

TEST_CASE("data: links outside their sequences are refused") {
  auto linked = [](const std::vector<Sequence>& all) {
    SequencePairs data({{4, 5, 3}}, {{2, 6, 7, 3}});
    SequenceStore links;
    for (const Sequence& own : all) links.add(own);
    data.set_links(std::move(links));
  };
  CHECK_NOTHROW(linked({{2, 2}}));
  CHECK_THROWS_AS(linked({{3, 2}}), IndexError);
  CHECK_THROWS_AS(linked({{2, 3}}), IndexError);
  CHECK_THROWS_AS(linked({{2}}), ShapeError);
  CHECK_THROWS_AS(linked({}), ShapeError);
}

TEST_CASE("translator: attention follows the given alignments") {
  std::vector<text::TextPair> pairs = aligned_pairs(200);
  const TranslatorTraining options = guided_training(12);
  Translator guided = Translator::train(pairs, {}, options);
  int at_links = 0, words = 0;
  const std::vector<text::TextPair> some(pairs.begin(), pairs.begin() + 50);
  for (const Translation& scored : guided.score(some))
    for (std::int64_t t = 0; t < scored.attention.size(0); ++t, ++words) {
      const float* row = scored.attention.data<float>() + t * scored.attention.size(1);
      at_links += std::max_element(row, row + scored.attention.size(1)) - row == t;
    }
  CHECK(at_links > 0.9 * words);

  const test::TemporaryFile file("");
  guided.save(file.path());
  Translator loaded = Translator::load(file.path());
  CHECK(loaded.model().options().coverage);
  CHECK(equal_bits(loaded.score(some)[0].attention, guided.score(some)[0].attention));

  for (text::TextPair& pair : pairs) pair.alignment.clear();
  CHECK_THROWS_WITH_AS(Translator::train(pairs, {}, options), doctest::Contains("none has one"), ValueError);
}

TEST_CASE("translator: training with the model's losses resumes from a checkpoint with the same bytes") {
  const std::vector<text::TextPair> pairs = aligned_pairs(60), dev = aligned_pairs(12);
  const test::TemporaryFolder folder;
  auto train = [&](const std::string& name, auto change) {
    TranslatorTraining options = guided_training(3);
    options.model.coverage_loss = 0.5;
    options.fit.checkpoint.path = folder / name;
    const auto history = keep_history(options.fit.callbacks);
    change(options.fit);
    Translator::train(pairs, dev, options).save(folder / name);
    return *history;
  };
  const History undisturbed = train("undisturbed", [](FitOptions&) {});
  for (int updates : {1, 3, 4, 8}) {
    CAPTURE(updates);
    auto stop = [count = 0, updates]() mutable { return ++count >= updates; };
    train("resumed", [&](FitOptions& fit) { fit.callbacks.push_back({.stop = stop}); });
    CHECK(folder.files() == 3);  // two models and a checkpoint
    const History resumed = train("resumed", [](FitOptions& fit) { fit.checkpoint.resume = true; });
    CHECK(test::read_file(folder / "resumed") == test::read_file(folder / "undisturbed"));
    REQUIRE(resumed.size() == undisturbed.size());
    for (std::size_t i = 0; i < resumed.size(); ++i) {
      REQUIRE(undisturbed[i].train.extra_loss.has_value());
      CHECK(resumed[i].train.extra_loss == undisturbed[i].train.extra_loss);
      CHECK(resumed[i].train.loss == undisturbed[i].train.loss);
    }
  }
}

}  // namespace weft
