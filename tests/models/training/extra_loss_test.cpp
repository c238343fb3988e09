// Models with a loss of their own in addition to that of their logits.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/reduction/reduce.h>

#include <limits>

#include "tests/models/training/tagging.h"

using namespace weft;
using test::tagging, test::weights_of;

namespace {

// Adds for each word of a batch `decay` / 2 times the squares of its last layer's weights.
struct DecayingTagger : nn::Module {
  explicit DecayingTagger(double decay) : decay(decay) {}
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 3};
  double decay;

  Variable forward(const Batch& in) { return dense(embedding(in.tokens)); }
  ModelOutput forward_with_loss(const Batch& in) {
    const double words = sum(in.lengths).item();
    return {forward(in), sum(square(dense.weight)) * (decay / 2 * words)};
  }
};

struct Trained {
  std::vector<Tensor> before, after;
  History history;
};

Trained trained(double decay, std::int64_t batch_size, int accumulate) {
  manual_seed(7);
  DecayingTagger model(decay);
  Trained result{weights_of(model), {}, {}};
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  result.history = trainer.fit(tagging(24, 1), tagging(6, 2),
                               {.epochs = 1, .batch_size = batch_size, .accumulate = accumulate, .progress = false});
  result.after = weights_of(model);
  return result;
}

}  // namespace

TEST_CASE("fit: a model's own loss is minimized too, and divided in the same way") {
  const Trained plain = trained(0, 24, 1), decayed = trained(0.5, 24, 1), accumulated = trained(0.5, 5, 5);
  // One step with all 24 sentences, in which the last layer also shrinks by 0.1 * 0.5 of itself.
  const Tensor expected = plain.after[1] - plain.before[1] * 0.05;
  CHECK(max_difference(decayed.after[1], expected) < 1e-6);
  CHECK(max_difference(decayed.after[0], plain.after[0]) == 0);
  for (std::size_t i = 0; i < decayed.after.size(); ++i) CHECK(max_difference(accumulated.after[i], decayed.after[i]) < 1e-6);

  const EpochRecord& epoch = decayed.history.front();
  const double of_a_word = 0.25 * sum(square(decayed.before[1])).item();
  REQUIRE((epoch.train.extra_loss && epoch.validation && epoch.validation->extra_loss));
  CHECK(*epoch.train.extra_loss == doctest::Approx(of_a_word).epsilon(1e-5));
  CHECK(*epoch.validation->extra_loss == doctest::Approx(0.25 * sum(square(decayed.after[1])).item()).epsilon(1e-5));
  CHECK(epoch.train.loss == plain.history.front().train.loss);  // without it
  CHECK(to_string(epoch, 1).find("  extra_loss ") != std::string::npos);
  const History copied = history_from_json(to_json(decayed.history), "test");
  CHECK(copied.front().train.extra_loss == epoch.train.extra_loss);
}

TEST_CASE("fit: a model's own loss that is neither one number nor one for each example is refused") {
  struct WithLossOfWords : test::Tagger {
    ModelOutput forward_with_loss(const Batch& in) { return {forward(in), sum(square(embedding(in.tokens)), {2})}; }
  };
  WithLossOfWords model;
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  CHECK_THROWS_WITH_AS(
      trainer.fit(tagging(4, 1), {.batch_size = 4, .progress = false}, {"train.cpp", 4}),
      doctest::Contains("the model's extra_loss is [4, 8] f32, not one number, or one for each of 4 examples, at "
                        "train.cpp:4"),
      ShapeError);
}

TEST_CASE("fit: a model's own loss that is not finite is reported like any other") {
  CHECK_THROWS_WITH_AS(trained(std::numeric_limits<double>::infinity(), 24, 1), doctest::Contains("fit: the loss is inf"),
                       GradError);
}
