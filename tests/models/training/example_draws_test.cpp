// Random numbers of training belong to examples and updates, however an update is cut.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/models/seq2seq/scheduled_sampling.h>
#include <weft/models/training/detail/update.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/views.h>

#include <limits>

#include "tests/models/distributed/thread_ranks.h"
#include "tests/models/training/tagging.h"

using namespace weft;
using detail::BatchReader, detail::Tally, detail::Update;
using test::same_bits, test::tagging, test::weights_of;

namespace {

using Batches = std::vector<std::vector<std::size_t>>;

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
  for (std::size_t size : {16U, 8U, 5U, 1U}) {
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

namespace {

// Writes down what its layers draw, batch by batch.
struct DrawingTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Dropout dropout{this, "dropout", 0.4};
  ScheduledSampling sampling{this, "sampling", {.ratio = 0, .schedule = SamplingSchedule::linear, .steps = 100}};
  nn::Linear dense{this, "dense", 8, 3};
  std::vector<Tensor> masks;
  std::vector<double> chances;

  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    if (!training()) return dense(x);
    masks.push_back(dropout.mask({x.size(0), 40}));
    chances.push_back(sampling.probability());
    sampling.next(x.size(0), x.size(1));
    return dense(x + uniform(x.shape(), 0, 0.1));
  }
};

DrawingTagger seeded() {
  manual_seed(7);
  return {};
}

bool all_differ(const std::vector<Tensor>& masks) {
  for (std::size_t i = 0; i < masks.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (equal_bits(masks[i], masks[j])) return false;
  return true;
}

}  // namespace

TEST_CASE("fit: every update has random numbers of its own, after a skipped one and in a later call too") {
  DrawingTagger model = seeded();
  int calls = 0;
  auto sometimes_nan = [&](const Variable& logits, const Tensor& targets) {
    return cross_entropy(logits, targets) * (++calls % 3 == 0 ? std::numeric_limits<double>::quiet_NaN() : 1);
  };
  Trainer trainer(model, optim::SGD({.lr = 0.1}), sometimes_nan);
  const FitOptions options{.epochs = 2, .batch_size = 8, .not_finite = NotFinite::skip, .progress = false};
  trainer.fit(tagging(24, 1), options);
  trainer.fit(tagging(24, 1), options);
  REQUIRE(model.masks.size() == 12);
  CHECK(all_differ(model.masks));
  for (std::size_t i = 0; i < 12; ++i) CHECK(model.chances[i] == doctest::Approx(1 - static_cast<double>(i) / 100));
  for (const Generator* generator : nn::generators(model)) CHECK(generator->counter == 12);
}

TEST_CASE("fit: the batches of an update have examples of their own, but one place in the schedule of sampling") {
  DrawingTagger model = seeded();
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  trainer.fit(tagging(24, 1), {.epochs = 2, .batch_size = 6, .accumulate = 2, .progress = false});
  CHECK(all_differ(model.masks));
  CHECK(model.chances == std::vector<double>{1, 1, 0.99, 0.99, 0.98, 0.98, 0.97, 0.97});
}

// With several ranks, only some of them call the callback.
TEST_CASE("fit: numbers that a callback draws from the thread's generator change no weights") {
  auto trained = [](bool draws) {
    DrawingTagger model = seeded();
    Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
    Callback callback{.on_update = [&](const UpdateRecord&) {
      if (draws) uniform({5});
    }};
    trainer.fit(tagging(24, 1), {.epochs = 2, .batch_size = 8, .progress = false, .callbacks = {callback}});
    return weights_of(model);
  };
  CHECK(same_bits(trained(true), trained(false)));
}

TEST_CASE("fit: on any number of ranks each example draws the same, so that the weights have the same bits") {
  auto trained = [](int ranks) {
    auto weights = test::results_of_ranks(ranks, [](test::ThreadRank& rank) {
      DrawingTagger model = seeded();
      Trainer trainer(model, optim::Adam({.lr = 0.01}), nn::CrossEntropy());
      FitOptions options{.epochs = 2, .batch_size = 7, .accumulate = 2, .progress = false};
      options.shards = 8;
      options.communicator = &rank;
      if (rank.rank() == 0) options.callbacks.push_back({.on_update = [](const UpdateRecord&) { uniform({5}); }});
      trainer.fit(tagging(50, 1), options);
      return weights_of(model);
    });
    for (const auto& each : weights) CHECK(same_bits(each, weights[0]));
    return weights[0];
  };
  const std::vector<Tensor> expected = trained(1);
  for (int ranks : {2, 4, 8}) {
    CAPTURE(ranks);
    CHECK(same_bits(trained(ranks), expected));
  }
}
