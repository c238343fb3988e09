// A user's own training loop, as in the README.
#include <doctest/doctest.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/attention/attention_pooling.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/layers/loss.h>
#include <weft/nn/module/variables.h>
#include <weft/optim/adam.h>
#include <weft/optim/clip.h>
#include <weft/optim/schedule.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/reduce.h>

#include <iostream>
#include <sstream>

#include "tests/models/training/tagging.h"

using namespace weft;

namespace {

struct Classifier : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 500, .embedding_dim = 32}};
  nn::AttentionPooling attention{this, "attention", 32, 32};
  nn::Linear dense{this, "dense", 32, 2};

  Variable forward(const Batch& in) {
    Variable x = embedding(in);
    return dense(attention(x, in.lengths));
  }
};

Classifier seeded() {
  manual_seed(1);
  return {};
}

}  // namespace

TEST_CASE("a user's own training loop ends with the weights and the scores of fit()") {
  manual_seed(2);
  const Tensor ids = randint(0, 500, {3000, 12}), labels = cast(min(ids, {1}) < 25, DType::i64);
  const LabelledSequences train(slice(ids, 0, 0, 2500), slice(labels, 0, 0, 2500));
  const LabelledSequences test(slice(ids, 0, 2500), slice(labels, 0, 2500));

  Classifier fitted = seeded();
  Trainer trainer(fitted, optim::Adam({.lr = 1e-2}), nn::CrossEntropy(), {metrics::accuracy()});
  const History history = trainer.fit(
      train, test, {.epochs = 5, .clip_norm = 1, .schedule = optim::cosine(5 * 79), .restore_best = false, .progress = false});

  Classifier model = seeded();
  std::ostringstream shown;
  std::streambuf* const before = std::cout.rdbuf(shown.rdbuf());
  const nn::CrossEntropy loss;
  optim::Adam optimizer({.lr = 1e-2});
  const std::vector<Variable> parameters = nn::variables(model);
  optimizer.add(parameters);
  const optim::Schedule schedule = optim::cosine(5 * 79);  // over 5 epochs of 79 updates
  for (std::uint64_t epoch = 1; epoch <= 5; ++epoch) {
    model.train();
    for (const auto& indices : batches_of(train, {.batch_size = 32, .epoch = epoch})) {
      const auto [in, targets] = train.batch(indices);
      optimizer.zero_grad();
      loss(model.forward(in), targets).backward();
      optim::clip_grad_norm(parameters, 1);
      optimizer.set_learning_rate(1e-2 * schedule(optimizer.steps()));
      optimizer.step();
    }
    const Scores scores = evaluate(model, test, loss, {metrics::accuracy()});
    std::cout << "epoch " << epoch << "  accuracy " << scores.metric("accuracy") << '\n';
  }
  std::cout.rdbuf(before);

  CHECK(test::same_bits(test::weights_of(model), test::weights_of(fitted)));
  CHECK(model.training());
  const Scores scores = evaluate(model, test, loss, {metrics::accuracy()});
  CHECK(scores.loss == history.back().validation->loss);
  CHECK(scores.metric("accuracy") == history.back().validation->metric("accuracy"));
  std::ostringstream expected;
  for (const EpochRecord& record : history)
    expected << "epoch " << record.epoch << "  accuracy " << record.validation->metric("accuracy") << '\n';
  CHECK(shown.str() == expected.str());
}

TEST_CASE("evaluate: the mode of the model is restored, no graph is built, and the metrics hold what they were given") {
  Classifier model = seeded();
  const LabelledSequences data(randint(0, 50, {90, 6}), ones({90}, DType::i64));
  auto confusion = std::make_shared<metrics::ConfusionMetric>(std::vector<std::string>{"no", "yes"});
  for (bool training : {true, false}) {
    model.train(training);
    auto loss = [&](const Variable& logits, const Tensor& targets) {
      CHECK_FALSE(model.training());
      CHECK_FALSE(logits.requires_grad());
      return cross_entropy(logits, targets);
    };
    evaluate(model, data, loss, {confusion});
    CHECK(model.training() == training);
    CHECK(confusion->matrix().at(1, 0) + confusion->matrix().at(1, 1) == 90);
  }
  auto broken = [](const Variable&, const Tensor&) -> Variable { throw Error("broken"); };
  model.train();
  CHECK_THROWS_WITH_AS(evaluate(model, data, broken), "broken", Error);
  CHECK(model.training());
  const LabelledSequences none(zeros({0, 6}, DType::i64), zeros({0}, DType::i64));
  CHECK_THROWS_WITH_AS(evaluate(model, none, nn::CrossEntropy()),
                       doctest::Contains("evaluate: there are no examples, at own_loop_test.cpp:"), ValueError);
  CHECK_THROWS_WITH_AS(evaluate(model, data, nn::CrossEntropy(), {}, 0),
                       doctest::Contains("evaluate: batch_size is 0, not at least 1, at own_loop_test.cpp:"), ValueError);
}
