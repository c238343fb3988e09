// A user's losses, and what is refused of them.
#include <doctest/doctest.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/models/training/loss.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>

#include "tests/models/training/shared_training.h"

using namespace weft;
using test::SharedTraining;

namespace {

// A user's loss of classes with one number for each sentence, whose mean is over the sentences.
struct SentenceLoss {
  Reduction reduction = Reduction::mean;

  Variable operator()(const Variable& logits, const Tensor& targets) const {
    const Variable losses = sum(cross_entropy(logits, targets, {.reduction = Reduction::none}), {-1});
    return reduction == Reduction::none ? losses : mean(losses);
  }
  SentenceLoss with_reduction(Reduction other) const { return {other}; }
};

// A user's loss of classes whose mean is over the sentences, while its numbers are those of words.
struct MeanOverSentences {
  Variable operator()(const Variable& logits, const Tensor& targets) const {
    return sum(cross_entropy(logits, targets, {.reduction = Reduction::none})) / static_cast<double>(targets.shape()[0]);
  }
  nn::CrossEntropy with_reduction(Reduction reduction) const { return nn::CrossEntropy().with_reduction(reduction); }
};

// A user's loss that draws random numbers: cross-entropy with some words left out.
struct LeavingOut {
  Reduction reduction = Reduction::mean;

  Variable operator()(const Variable& logits, const Tensor& targets) const {
    const Variable losses = cross_entropy(logits, targets, {.reduction = Reduction::none});
    const Variable kept = losses * uniform(targets.shape(), 0, 2, DType::f32, draws);
    const double count = Loss(nn::CrossEntropy()).weight(targets);
    return reduction == Reduction::none ? kept : count > 0 ? sum(kept) / count : sum(kept);
  }
  LeavingOut with_reduction(Reduction other) const { return {other, draws}; }

  Generator& draws;
};

}  // namespace

TEST_CASE("shards: a user's loss of classes with one number for each example is refused, on any number of ranks") {
  const std::string message = "fit: the loss with Reduction::none has the shape [4], not that of the class targets, [4, 6]";
  const Variable logits(zeros({4, 6, 3}));
  CHECK_THROWS_WITH_AS(Loss(SentenceLoss()).terms(logits, zeros({4, 6}, DType::i64), {"own.cpp", 7}),
                       (message + ", one number for each, at own.cpp:7").c_str(), ShapeError);
  SharedTraining training{"for each sentence"};
  training.loss = SentenceLoss();
  for (int count : {1, 2, 8})
    for (const auto& end : test::ends_of_ranks(count, [&](test::ThreadRank& ranks) { training.train(&ranks); })) {
      CHECK(end.error.find("fit: the loss with Reduction::none has the shape [") != std::string::npos);
      CHECK(end.error.find("at shared_training.h:") != std::string::npos);
    }
}

TEST_CASE("shards: a user's loss whose numbers do not add up to its mean is refused, on any number of ranks") {
  const Variable logits(zeros({4, 6, 3}));
  CHECK_THROWS_WITH_AS(
      Loss(MeanOverSentences()).terms(logits, zeros({4, 6}, DType::i64), {"own.cpp", 7}),
      doctest::Contains("fit: the loss is 6.59167, but the mean of its numbers with Reduction::none, by weight, is 1.09861, at "
                        "own.cpp:7"),
      ValueError);
  SharedTraining training{"over sentences"};
  training.loss = MeanOverSentences();
  for (int count : {1, 2, 8})
    for (const auto& end : test::ends_of_ranks(count, [&](test::ThreadRank& ranks) { training.train(&ranks); }))
      CHECK(end.error.find("but the mean of its numbers with Reduction::none, by weight, is ") != std::string::npos);
}

TEST_CASE("shards: a user's loss may draw random numbers, which those of its mean are too") {
  Generator draws{.seed = 3};
  const Loss loss(LeavingOut{Reduction::mean, draws});
  const Variable logits(zeros({4, 6, 3}));
  const Tensor targets = zeros({4, 6}, DType::i64);
  const Tensor first = loss.terms(logits, targets).tensor();
  draws = Generator{.seed = 3};
  CHECK(equal_bits(first, loss.terms(logits, targets).tensor()));  // the check moved no generator
}
