#include <doctest/doctest.h>
#include <weft/models/training/detail/update.h>
#include <weft/optim/clip.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/random.h>

#include <limits>

#include "tests/models/training/tagging.h"

using namespace weft;
using detail::BatchReader, detail::Tally, detail::Update;
using test::same_bits, test::seeded_tagger, test::Tagger, test::tagging, test::weights_of;

namespace {

using Batches = std::vector<std::vector<std::size_t>>;

// A model, its data in three batches, and what makes one update from all of them.
struct OneUpdate {
  explicit OneUpdate(const FitOptions& given, Loss loss = nn::CrossEntropy())
      : options(given), learner(model, optim::SGD({.lr = 9}), std::move(loss), {metrics::accuracy()}) {}

  Update::Gradient backward(int skipped_in_row = 0) {
    BatchReader reader(task, batches);
    return update.backward(task, batches, reader, tally, skipped_in_row, 0);
  }

  FitOptions options;
  Tagger model = seeded_tagger();
  TaggedSequences data = tagging(5, 1);
  Task task = task_of(model, data);
  Batches batches{{0, 3}, {1, 2}, {4}};
  Learner learner;
  Update update{learner, options, Where::here()};
  Tally tally{learner.loss, learner.metrics};
};

std::int64_t words(const TaggedSequences& data) {
  std::int64_t all = 0;
  for (std::size_t i = 0; i < 5; ++i) all += data.length(i);
  return all;
}

}  // namespace

TEST_CASE("update: the gradient and the numbers are those of one batch of all examples, clipped") {
  OneUpdate one({.clip_norm = 0.01});
  const std::vector<Tensor> before = weights_of(one.model);
  const Update::Gradient found = one.backward();
  CHECK(found.finite);
  CHECK(found.tokens == words(one.data));
  CHECK(same_bits(weights_of(one.model), before));
  CHECK(optim::gradient_norm(one.learner.parameters) == doctest::Approx(0.01));

  Tagger whole = seeded_tagger();
  const auto [in, targets] = one.data.batch(std::vector<std::size_t>{0, 1, 2, 3, 4});
  const Variable loss = cross_entropy(whole.forward(in), targets);
  loss.backward();
  std::vector<Variable> parameters;
  for (nn::Parameter* parameter : whole.parameters()) parameters.push_back(parameter->variable());
  CHECK(found.loss == doctest::Approx(loss.item()).epsilon(1e-6));
  CHECK(found.norm == doctest::Approx(optim::gradient_norm(parameters)).epsilon(1e-6));
  CHECK(one.tally.mean_loss() == doctest::Approx(loss.item()).epsilon(1e-6));

  one.update.step(0.5);
  CHECK(one.learner.optimizer->steps() == 1);
  CHECK(one.learner.optimizer->learning_rate() == 0.5);
  const std::vector<Tensor> after = weights_of(one.model);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Tensor expected = before[i] - parameters[i].grad().tensor() * (0.5 * 0.01 / found.norm);
    CHECK(max_difference(after[i], expected) < 1e-7);
  }
}

TEST_CASE("update: without a finite loss there is no gradient, and after too many in a row an error") {
  int calls = 0;
  auto second_is_nan = [&](const Variable& logits, const Tensor& targets) {
    return cross_entropy(logits, targets) * (++calls % 3 == 2 ? std::numeric_limits<double>::quiet_NaN() : 1);
  };
  OneUpdate skipping({.not_finite = NotFinite::skip}, second_is_nan);
  const Update::Gradient skipped = skipping.backward(Update::kMostSkippedInRow - 2);
  CHECK_FALSE(skipped.finite);
  CHECK(optim::gradient_norm(skipping.learner.parameters) == 0);
  CHECK(skipped.tokens == skipping.data.length(0) + skipping.data.length(3));
  calls = 0;
  CHECK_THROWS_WITH_AS(skipping.backward(Update::kMostSkippedInRow - 1),
                       doctest::Contains("fit: the loss is nan at step 1, the 10th in a row; "), GradError);
  calls = 0;
  OneUpdate stopping({}, second_is_nan);
  CHECK_THROWS_WITH_AS(stopping.backward(), doctest::Contains("fit: the loss is nan at step 1; a lower"), GradError);
  CHECK(optim::gradient_norm(stopping.learner.parameters) == 0);
}
