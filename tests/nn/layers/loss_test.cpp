#include <doctest/doctest.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/nn/layers/loss.h>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

TEST_CASE("loss objects call their functions with their options") {
  const Tensor x = Numbers(1).tensor({4, 3}), y = Numbers(2).tensor({4, 3}), targets = tensor({0, 2, -1, 1}, DType::i64);
  const CrossEntropyOptions options{.ignore_index = -1, .label_smoothing = 0.1, .reduction = Reduction::sum};
  CHECK(equal_bits(nn::CrossEntropy(options)(x, targets).tensor(), cross_entropy(x, targets, options)));
  CHECK(nn::CrossEntropy()(x, tensor({0, 2, -100, 1}, DType::i64)).item() ==
        doctest::Approx(cross_entropy(x, targets, {.ignore_index = -1}).item()));
  CHECK(equal_bits(nn::MSE()(x, y).tensor(), mse_loss(x, y).tensor()));
  CHECK(equal_bits(nn::KLDiv()(x, softmax(y)).tensor(), kl_div_loss(log_softmax(x), softmax(y)).tensor()));
  CHECK(equal_bits(nn::BCEWithLogits()(x, y).tensor(), binary_cross_entropy_with_logits(x, y).tensor()));
}

TEST_CASE("loss objects of numbers have reductions") {
  const Tensor x = Numbers(1).tensor({4, 3}), y = softmax(Numbers(2).tensor({4, 3}));
  for (Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
    CHECK(equal_bits(nn::MSE{reduction}(x, y).tensor(), mse_loss(x, y, reduction).tensor()));
    CHECK(equal_bits(nn::KLDiv().with_reduction(reduction)(x, y).tensor(), kl_div_loss(log_softmax(x), y, reduction).tensor()));
    CHECK(equal_bits(nn::BCEWithLogits().with_reduction(reduction)(x, y).tensor(),
                     binary_cross_entropy_with_logits(x, y, reduction).tensor()));
    CHECK(nn::MSE().with_reduction(reduction).reduction == reduction);
  }
}

TEST_CASE("loss objects pass gradient checks") {
  const Tensor x = Numbers(1).tensor({4, 3}), y = Numbers(2).tensor({4, 3}), targets = tensor({0, 2, -100, 1}, DType::i64);
  CHECK(gradcheck([&](const std::vector<Variable>& in) { return nn::CrossEntropy({.label_smoothing = 0.1})(in[0], targets); },
                  {x}));
  CHECK(gradcheck([&](const std::vector<Variable>& in) { return nn::MSE()(in[0], y); }, {x}));
  CHECK(gradcheck([&](const std::vector<Variable>& in) { return nn::KLDiv()(in[0], softmax(y)); }, {x}));
  CHECK(gradcheck([&](const std::vector<Variable>& in) { return nn::BCEWithLogits()(in[0], y); }, {x}));
}

TEST_CASE("loss objects name the user's line in errors") {
  CHECK_THROWS_WITH_AS(nn::MSE()(ones({2}), ones({3}), {"train.cpp", 4}),
                       "mse_loss: the prediction is [2], the target [3], at train.cpp:4", ShapeError);
  CHECK_THROWS_WITH_AS(nn::BCEWithLogits()(ones({2}), ones({3}), {"train.cpp", 4}), doctest::Contains("at train.cpp:4"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(nn::CrossEntropy()(ones({2, 3}), tensor({0, 7}, DType::i64), {"train.cpp", 4}),
                       "cross_entropy: target 7 of example 1 is outside 0..2, at train.cpp:4", IndexError);
}
