#include <doctest/doctest.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/classifier/attention_classifier.h>
#include <weft/models/training/data.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/reduce.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace weft;

namespace {

AttentionClassifierOptions small(ClassifierAttention attention, TermWeights weights = TermWeights::binary) {
  return {.vocabulary = 50, .embedding_dim = 12, .classes = 3, .attention = attention, .term_weights = weights};
}

// Sequences of 1 to 9 ids. The class depends on whether id 7, id 8 or neither occurs.
LabelledSequences toy_data(std::int64_t count, std::uint64_t seed) {
  Generator g{seed};
  std::vector<Sequence> sequences;
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < count; ++i) {
    Sequence sequence;
    for (std::int64_t n = 2 + g.below(8); n > 0; --n) sequence.push_back(10 + g.below(40));
    std::int64_t label = g.below(3);
    if (label < 2) sequence[static_cast<std::size_t>(g.below(std::ssize(sequence)))] = 7 + label;
    sequences.push_back(sequence);
    labels.push_back(label);
  }
  return {sequences, labels};
}

struct Kind {
  ClassifierAttention attention;
  TermWeights weights = TermWeights::binary;
};

std::vector<Tensor> weights_after(Kind kind, int threads) {
  set_threads(threads);
  manual_seed(4);
  AttentionClassifier model(small(kind.attention, kind.weights));
  Trainer trainer(model, optim::Adam(), nn::CrossEntropy());
  trainer.fit(toy_data(200, 1), {.epochs = 2, .progress = false});
  set_threads(1);
  std::vector<Tensor> weights;
  for (nn::Parameter* parameter : model.parameters()) weights.push_back(parameter->tensor());
  return weights;
}

constexpr Kind kAll[] = {{ClassifierAttention::self},
                         {ClassifierAttention::pooling},
                         {ClassifierAttention::mean},
                         {ClassifierAttention::bag_of_words},
                         {ClassifierAttention::bag_of_words, TermWeights::tfidf}};

// Document frequencies that differ for each token.
void set_idf(AttentionClassifier& model) {
  if (!model.idf.defined()) return;
  for (std::int64_t id = 0; id < model.options().vocabulary; ++id)
    model.idf.tensor().set({id}, 1 + 0.1 * static_cast<double>(id % 9));
}

}  // namespace

TEST_CASE("the classifier at its default sizes has Keras's number of parameters") {
  AttentionClassifier model;
  CHECK(nn::count_parameters(model) == 1281290);
}

TEST_CASE("the classifier passes a gradient check end to end in f64") {
  for (const Kind& kind : kAll) {
    CAPTURE(to_string(kind.attention));
    manual_seed(2);
    AttentionClassifier model(small(kind.attention, kind.weights));
    set_idf(model);
    model.to(DType::f64);
    Batch batch{tensor({{4, 9, 3, 0}, {7, 7, 2, 49}, {1, 0, 0, 0}}, DType::i64), tensor({3, 4, 1}, DType::i64)};
    Tensor targets = tensor({0, 2, 1}, DType::i64);
    std::vector<Variable> parameters;
    for (nn::Parameter* parameter : model.parameters())
      if (!parameter->frozen()) parameters.push_back(parameter->variable());
    CHECK(gradcheck([&] { return cross_entropy(model.forward(batch), targets); }, parameters));
  }
}

TEST_CASE("a text's logits do not depend on its batch or padding, bit for bit") {
  for (const auto& [attention, weights] : kAll) {
    manual_seed(3);
    AttentionClassifier model(small(attention, weights));
    set_idf(model);
    NoGrad no_grad;
    LabelledSequences data = toy_data(40, 9);
    std::vector<std::size_t> all(40);
    for (std::size_t i = 0; i < 40; ++i) all[i] = i;
    Tensor together = model.forward(data.batch(all).input).tensor();
    for (std::size_t i = 0; i < 40; ++i) {
      Tensor alone = model.forward(data.batch(std::vector<std::size_t>{i}).input).tensor();
      CHECK(equal_bits(select(alone, 0, 0), select(together, 0, static_cast<std::int64_t>(i))));
    }
  }
}

TEST_CASE("long texts have the same bits in any batch, with any padding and number of threads, in training too") {
  manual_seed(3);
  AttentionClassifier model(small(ClassifierAttention::self));
  const std::vector<std::int64_t> counts{1300, 700, 0, 1};
  const Tensor ids = randint(0, 50, {4, 1310}), labels = tensor({0, 2, 1, 1}, DType::i64);
  std::vector<Variable> parameters;
  for (nn::Parameter* parameter : model.parameters())
    if (parameter->defined()) parameters.push_back(parameter->variable());
  const auto results = [&](const Batch& batch, const Tensor& targets) {
    const Variable logits = model.forward(batch);
    std::vector<Tensor> all{logits.tensor(), model.attend(batch).weights};
    for (const Variable& g : grad({cross_entropy(logits, targets)}, parameters)) all.push_back(g.tensor());
    return all;
  };
  const Batch batch{ids, tensor(counts)};
  const std::vector<Tensor> one = results(batch, labels);
  set_threads(2);
  const std::vector<Tensor> two = results(batch, labels);
  set_threads(1);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(equal_bits(one[i], two[i]));
  for (std::int64_t i = 0; i < 4; ++i) {
    const std::int64_t count = std::max<std::int64_t>(counts[static_cast<std::size_t>(i)], 1);
    const auto part = [&](const Tensor& x) { return slice(x, 0, i, i + 1); };
    const Tensor row = part(ids), length = part(batch.lengths), label = part(labels);
    const std::vector<Tensor> padded = results({row, length}, label), alone = results({slice(row, 1, 0, count), length}, label);
    CHECK(equal_bits(alone[0], part(one[0])));
    CHECK(equal_bits(alone[1], slice(part(one[1]), 1, 0, count)));
    for (std::size_t k = 2; k < alone.size(); ++k) CHECK(equal_bits(alone[k], padded[k]));
  }
}

TEST_CASE("training gives the same bits with 1 and 2 threads, and leaves no graph behind") {
  for (const auto& [attention, weights] : kAll) {
    std::vector<Tensor> one = weights_after({attention, weights}, 1), two = weights_after({attention, weights}, 2);
    REQUIRE(one.size() == two.size());
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(equal_bits(one[i], two[i]));
    CHECK(live_nodes() == 0);
  }
}

TEST_CASE("attention weights sum to one over a text and are zero after it") {
  for (ClassifierAttention attention : {ClassifierAttention::self, ClassifierAttention::pooling, ClassifierAttention::mean}) {
    AttentionClassifier model(small(attention));
    Batch batch{tensor({{4, 9, 3, 0}, {7, 7, 2, 49}}, DType::i64), tensor({3, 4}, DType::i64)};
    auto [logits, weights] = model.attend(batch);
    CHECK(weights.shape() == Shape{2, 4});
    CHECK(sum(weights, {-1}).at({0}) == doctest::Approx(1));
    CHECK(weights.at({0, 3}) == 0);
    CHECK(all_close(logits.tensor(), model.forward(batch).tensor()));
  }
}

TEST_CASE("the mean weights all words of a text equally") {
  AttentionClassifier model(small(ClassifierAttention::mean));
  Batch batch{tensor({{4, 9, 3, 0}, {7, 7, 2, 49}}, DType::i64), tensor({3, 4}, DType::i64)};
  const Tensor expected = tensor({{1.0 / 3, 1.0 / 3, 1.0 / 3, 0.0}, {0.25, 0.25, 0.25, 0.25}});
  CHECK(all_close(model.attend(batch).weights, expected));
}

TEST_CASE("a bag of words adds one number per class for each distinct word") {
  manual_seed(6);
  AttentionClassifier model(small(ClassifierAttention::bag_of_words));
  CHECK(nn::count_parameters(model) == 50 * 3 + 3);
  for (std::int64_t c = 0; c < 3; ++c) model.bias.tensor().set({c}, 0.1 * static_cast<double>(c));
  Batch batch{tensor({{4, 9, 3, 0}, {7, 7, 2, 7}, {0, 0, 0, 0}}, DType::i64), tensor({3, 4, 0}, DType::i64)};
  const Tensor logits = model.forward(batch).tensor();
  const std::vector<std::vector<std::int64_t>> distinct{{4, 9, 3}, {7, 2}, {}};
  auto added = [&](std::int64_t token, std::int64_t c, std::size_t count) {
    return model.embedding.weight.tensor().at({token, c}) / std::sqrt(static_cast<double>(count));
  };
  for (std::int64_t row = 0; row < 3; ++row) {
    const auto& tokens = distinct[static_cast<std::size_t>(row)];
    for (std::int64_t c = 0; c < 3; ++c) {
      double expected = 0.1 * static_cast<double>(c);
      for (std::int64_t token : tokens) expected += added(token, c, tokens.size());
      CHECK(logits.at({row, c}) == doctest::Approx(expected).epsilon(1e-5));
    }
  }
  auto [again, weights] = model.attend(batch);
  CHECK(all_close(again.tensor(), logits));
  const auto best = static_cast<std::int64_t>(argmax(select(logits, 0, 1)).item());
  CHECK(weights.at({1, 0}) == doctest::Approx(added(7, best, 2)).epsilon(1e-5));
  CHECK(weights.at({1, 1}) == 0);
  CHECK(weights.at({1, 2}) == doctest::Approx(added(2, best, 2)).epsilon(1e-5));
  CHECK(weights.at({0, 3}) == 0);
}

TEST_CASE("the trainer learns a toy task, keeps the best weights and predicts in order") {
  for (const auto& [attention, weights] : kAll) {
    manual_seed(1);
    AttentionClassifier model(small(attention, weights));
    Trainer trainer(model, optim::Adam({.lr = 1e-2}), nn::CrossEntropy(), {metrics::accuracy()});
    LabelledSequences train = toy_data(600, 1), dev = toy_data(200, 2);
    History history = trainer.fit(train, dev, {.epochs = 15, .monitor = "accuracy", .progress = false});
    double best = 0;
    for (const EpochRecord& record : history) best = std::max(best, record.validation->metric("accuracy"));
    CHECK(best > 0.9);
    CHECK(trainer.evaluate(dev).metric("accuracy") == best);
    Tensor probabilities = trainer.predict(dev, 7);
    REQUIRE(probabilities.shape() == Shape{200, 3});
    std::int64_t right = 0;
    for (std::size_t i = 0; i < 200; ++i)
      right += argmax(select(probabilities, 0, static_cast<std::int64_t>(i))).item() == dev.batch(std::vector{i}).targets.item();
    CHECK(static_cast<double>(right) / 200 == doctest::Approx(best));
  }
}

TEST_CASE("the trainer stops early and reports a loss that is not finite") {
  AttentionClassifier model(small(ClassifierAttention::pooling));
  Trainer trainer(model, optim::Adam({.lr = 0}), nn::CrossEntropy());
  LabelledSequences data = toy_data(50, 1);
  FitOptions options{.epochs = 20, .patience = 2, .progress = false};
  CHECK(trainer.fit(data, data, options).size() == 3);
  model.dense->weight.tensor().set({0, 0}, std::numeric_limits<double>::infinity());
  CHECK_THROWS_WITH_AS(trainer.fit(data, options), doctest::Contains("fit: the loss is"), GradError);
}
