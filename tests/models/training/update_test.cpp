#include <doctest/doctest.h>
#include <weft/models/training/detail/update.h>
#include <weft/optim/clip.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/views.h>

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

namespace {

// Writes down the factors of its dropout layer, of the examples in their order.
struct WatchedTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Dropout dropout{this, "dropout", 0.4};
  nn::Linear dense{this, "dense", 8, 3};
  std::vector<Tensor> masks;

  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    const Tensor mask = dropout.mask(x.shape());
    for (std::int64_t i = 0; i < mask.size(0); ++i)
      masks.push_back(contiguous(slice(select(mask, 0, i), 0, 0, static_cast<std::int64_t>(in.lengths.at({i})))));
    return dense(x * mask);
  }
};

// Returns the masks of the examples 0 .. 31, cut into batches of this size, and the gradients.
std::vector<Tensor> masks_of(std::size_t batch_size, std::uint64_t number, std::vector<Tensor>* gradients = nullptr,
                             std::uint64_t seed = 7, int shards = 1) {
  manual_seed(seed);
  WatchedTagger model;
  model.train();
  const TaggedSequences data = tagging(32, 1);
  const Task task = task_of(model, data);
  Batches batches;
  for (std::size_t i = 0; i < 32; ++i) {
    if (i % batch_size == 0) batches.emplace_back();
    batches.back().push_back(i);
  }
  Learner learner(model, optim::SGD({.lr = 9}), nn::CrossEntropy());
  FitOptions options{.accumulate = static_cast<int>(batches.size())};
  options.shards = shards;
  Update update(learner, options, Where::here());
  Tally tally(learner.loss, learner.metrics);
  const Batches to_read = update.to_read(batches);
  BatchReader reader(task, to_read);
  CHECK(update.backward(task, batches, reader, tally, 0, number).finite);
  if (gradients)
    for (const Variable& parameter : learner.parameters) gradients->push_back(clone(parameter.grad().tensor()));
  return model.masks;
}

}  // namespace

TEST_CASE("update: an example's dropout depends on the update and on its place in it, not on the batches") {
  std::vector<Tensor> whole_gradients;
  const std::vector<Tensor> whole = masks_of(32, 5, &whole_gradients);
  REQUIRE(whole.size() == 32);
  for (std::size_t size : {16, 8, 5, 1}) {
    CAPTURE(size);
    std::vector<Tensor> gradients;
    CHECK(same_bits(masks_of(size, 5, &gradients), whole));
    for (std::size_t i = 0; i < gradients.size(); ++i) CHECK(max_difference(gradients[i], whole_gradients[i]) < 1e-6);
  }
  for (int shards : {2, 3, 8, 40}) {
    CAPTURE(shards);
    CHECK(same_bits(masks_of(16, 5, nullptr, 7, shards), whole));
  }
  CHECK_FALSE(same_bits(masks_of(32, 6), whole));
  CHECK_FALSE(same_bits(masks_of(32, 5, nullptr, 8), whole));
  for (std::size_t i = 1; i < whole.size(); ++i)
    if (whole[i].shape() == whole[0].shape() && whole[0].numel() > 16) CHECK_FALSE(equal_bits(whole[i], whole[0]));
}

TEST_CASE("update: the search for the op of a number that is not finite draws the same random numbers again") {
  WatchedTagger model;
  model.train();
  model.dense.bias.tensor().set({0}, std::numeric_limits<double>::quiet_NaN());
  const TaggedSequences data = tagging(5, 1);
  const Task task = task_of(model, data);
  const Batches batches{{0, 3}, {1, 2, 4}};
  Learner learner(model, optim::SGD({.lr = 9}), nn::CrossEntropy());
  const FitOptions options;
  Update update(learner, options, Where::here());
  Tally tally(learner.loss, learner.metrics);
  BatchReader reader(task, batches);
  CHECK_THROWS_AS(update.backward(task, batches, reader, tally, 0, 5), GradError);
  REQUIRE(model.masks.size() >= 4);
  CHECK(equal_bits(model.masks[2], model.masks[0]));
  CHECK(equal_bits(model.masks[3], model.masks[1]));
}
