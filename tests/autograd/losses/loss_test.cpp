#include <weft/autograd/basics/math.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/losses/loss.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/fused/softmax.h>
#include <weft/tensor/reduction/reduce.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

Tensor f64(const Nested& numbers) { return tensor(numbers, DType::f64); }
Tensor i64(const Nested& numbers) { return tensor(numbers, DType::i64); }

// Returns numbers in 0.1 .. 0.9.
Tensor probabilities(const Shape& shape, std::uint64_t seed) { return Numbers(seed).tensor(shape) * 0.4 + 0.5; }

std::vector<CrossEntropyOptions> all_options(std::int64_t classes) {
  std::vector<CrossEntropyOptions> all;
  for (Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none})
    for (double smoothing : {0.0, 0.2})
      for (bool weighted : {false, true})
        all.push_back({.ignore_index = 1,
                       .class_weights = weighted ? probabilities({classes}, 9) : Tensor(),
                       .label_smoothing = smoothing,
                       .reduction = reduction});
  return all;
}

}  // namespace

TEST_CASE("mse_loss gives the numbers of a worked example") {
  Variable x = leaf(f64({{1, 2}, {3, 5}}));
  Variable loss = mse_loss(x, f64({{0, 2}, {5, 4}}));
  CHECK(loss.item() == 1.5);
  loss.backward();
  CHECK(equal_bits(x.grad().tensor(), f64({{0.5, 0}, {-1, 0.5}})));
}

TEST_CASE("binary cross-entropy gives the numbers of worked examples") {
  Tensor p = f64({0.25, 0.5, 0.8}), y = f64({0, 1, 0.5});
  const double expected = -(std::log(0.75) + std::log(0.5) + 0.5 * std::log(0.8) + 0.5 * std::log(0.2)) / 3;
  CHECK(binary_cross_entropy(p, y).item() == doctest::Approx(expected));
  Tensor logits = log(p / (1 - p));
  CHECK(binary_cross_entropy_with_logits(logits, y).item() == doctest::Approx(expected));
}

TEST_CASE("binary cross-entropy: logits of 0 are not special") {
  for (DType dtype : {DType::f32, DType::f64}) {
    Variable logits = leaf(zeros({2}, dtype));
    binary_cross_entropy_with_logits(logits, tensor({1, 0}, dtype)).backward();
    CHECK(equal_bits(logits.grad().tensor(), tensor({-0.25, 0.25}, dtype)));
  }
}

TEST_CASE("binary cross-entropy: probabilities of 0 and 1 give PyTorch's bounded loss and gradient, never NaN") {
  for (DType dtype : {DType::f32, DType::f64}) {
    Variable right = leaf(tensor({0, 1}, dtype)), wrong = leaf(tensor({0, 1}, dtype));
    Variable no_loss = binary_cross_entropy(right, tensor({0, 1}, dtype)),
             loss = binary_cross_entropy(wrong, tensor({1, 0}, dtype));
    CHECK(no_loss.item() == 0);
    CHECK(loss.item() == 100);
    no_loss.backward();
    loss.backward();
    CHECK(equal_bits(right.grad().tensor(), tensor({0.5, -0.5}, dtype)));
    CHECK(all_close(wrong.grad().tensor(), tensor({-0.5e12, 0.5e12}, dtype)));
  }
}

TEST_CASE("binary cross-entropy from logits does not overflow") {
  for (DType dtype : {DType::f32, DType::f64}) {
    Variable x = leaf(tensor({1000, -1000, 1000, -1000}, dtype));
    Variable loss = binary_cross_entropy_with_logits(x, tensor({1, 0, 0, 1}, dtype));
    CHECK(loss.item() == 500);
    loss.backward();
    CHECK(equal_bits(x.grad().tensor(), tensor({0, 0, 0.25, -0.25}, dtype)));
  }
}

TEST_CASE("binary cross-entropy: small losses are not rounded away") {
  for (double p : {1e-9, 1e-5, 0.25}) {
    CHECK(binary_cross_entropy(full({1}, p), zeros({1})).item() == doctest::Approx(-std::log1p(-p)).epsilon(1e-6));
    Variable x = leaf(full({1}, p));
    binary_cross_entropy(x, zeros({1})).backward();
    CHECK(x.grad().item() == doctest::Approx(1 / (1 - p)).epsilon(1e-6));
  }
}

TEST_CASE("cross_entropy: a very confident row has the right gradient with both rules") {
  for (DType dtype : {DType::f32, DType::f64})
    for (bool create_graph : {false, true})
      for (double margin : {8.0, 20.0, 40.0}) {
        const Variable x = leaf(tensor({{1000 + margin, 1000}, {0, 0}}, dtype));
        const CrossEntropyOptions options{.ignore_index = 1, .reduction = Reduction::sum};
        const Tensor slope = grad({cross_entropy(x, i64({0, 1}), options)}, {x}, {.create_graph = create_graph})[0].tensor();
        const double p = std::exp(-margin) / (1 + std::exp(-margin));
        CHECK(slope.at({0, 0}) == doctest::Approx(-p).epsilon(1e-6));
        CHECK(slope.at({0, 1}) == doctest::Approx(p).epsilon(1e-6));
        CHECK(slope.at({1, 0}) == 0);
        CHECK(slope.at({1, 1}) == 0);
      }
}

TEST_CASE("binary cross-entropy from logits: gradients of both rules are right at 0 and far from it") {
  for (DType dtype : {DType::f32, DType::f64})
    for (bool create_graph : {false, true})
      for (double logit : {0.0, -0.0, 0.5, -0.5, 20.0, -20.0, 80.0, -80.0})
        for (double target : {0.0, 0.3, 1.0}) {
          CAPTURE(logit);
          CAPTURE(target);
          const Variable x = leaf(tensor({logit}, dtype)), t = leaf(tensor({target}, dtype));
          const auto slopes = grad({binary_cross_entropy_with_logits(x, t)}, {x, t}, {.create_graph = create_graph});
          const double chance = 1 / (1 + std::exp(-logit)), rest = 1 / (1 + std::exp(logit));
          CHECK(slopes[0].item() == doctest::Approx((1 - t.item()) * chance - t.item() * rest).epsilon(1e-6));
          CHECK(slopes[1].item() == -x.item());
        }
}

TEST_CASE("kl_div_loss gives the numbers of worked examples, with impossible classes and equal distributions") {
  const Tensor target = f64({{0.5, 0.5, 0}, {0, 1, 0}});
  Variable x = leaf(f64({{std::log(0.25), std::log(0.75), -kInfinity}, {-kInfinity, std::log(0.5), std::log(0.5)}}));
  Variable loss = kl_div_loss(x, target);
  CHECK(loss.item() == doctest::Approx((0.5 * std::log(0.5 / 0.25) + 0.5 * std::log(0.5 / 0.75) + std::log(2.0)) / 2));
  loss.backward();
  CHECK(equal_bits(x.grad().tensor() + 0, target / -2 + 0));  // zeros may have either sign
  const Tensor rows = softmax(Numbers(5).tensor({4, 3}));
  CHECK(std::abs(kl_div_loss(log(rows), rows).item()) < 1e-15);
  CHECK_THROWS_WITH_AS(kl_div_loss(ones({2, 3}), ones({3}), Reduction::mean, {"train.cpp", 4}),
                       "kl_div_loss: the prediction is [2, 3], the target [3], at train.cpp:4", ShapeError);
  CHECK_THROWS_WITH_AS(kl_div_loss(ones({}), ones({}), Reduction::mean, {"train.cpp", 4}),
                       "kl_div_loss: expected distributions [.., classes], got [], at train.cpp:4", ShapeError);
  CHECK_THROWS_WITH_AS(kl_div_loss(ones({2}), ones({2}, DType::f64), Reduction::mean, {"train.cpp", 4}),
                       "kl_div_loss: expected one floating dtype, the prediction is f32, the target f64, at train.cpp:4",
                       DtypeError);
}

TEST_CASE("losses of numbers: the mean, the sum and the single numbers belong together") {
  const Tensor x = probabilities({5, 3}, 1), y = probabilities({5, 3}, 2);
  const auto check = [&](const auto& loss, const Shape& each) {
    const Tensor none = loss(Reduction::none).tensor();
    CHECK(none.shape() == each);
    CHECK(loss(Reduction::sum).item() == doctest::Approx(sum(none).item()).epsilon(1e-12));
    CHECK(loss(Reduction::mean).item() == doctest::Approx(sum(none).item() / static_cast<double>(each.numel())).epsilon(1e-12));
  };
  check([&](Reduction reduction) { return mse_loss(x, y, reduction); }, {5, 3});
  check([&](Reduction reduction) { return binary_cross_entropy(x, y, reduction); }, {5, 3});
  check([&](Reduction reduction) { return binary_cross_entropy_with_logits(x, y, reduction); }, {5, 3});
  check([&](Reduction reduction) { return kl_div_loss(x, y, reduction); }, {5});
  CHECK(equal_bits(mse_loss(f64({1, 5}), f64({3, 2}), Reduction::none).tensor(), f64({4, 9})));
}

TEST_CASE("losses: they pass gradient checks of both orders") {
  const Tensor targets = i64({2, 1, 0, 2});
  auto check = [](const GradcheckScalarFunction& function, const std::vector<Tensor>& inputs) {
    CHECK(gradcheck(function, inputs));
    CHECK(gradgradcheck(function, inputs));
  };
  const std::vector<Tensor> two{probabilities({2, 3}, 1), probabilities({2, 3}, 2)};
  check([](const auto& x) { return mse_loss(x[0], x[1]); }, two);
  check([](const auto& x) { return kl_div_loss(x[0], x[1]); }, two);
  check([](const auto& x) { return binary_cross_entropy(x[0], x[1]); }, two);
  check([](const auto& x) { return binary_cross_entropy_with_logits(x[0], x[1]); }, two);
  for (const CrossEntropyOptions& options : all_options(3)) {
    check([&](const auto& x) { return nll_loss(x[0], targets, options); }, {Numbers(3).tensor({4, 3})});
    check([&](const auto& x) { return cross_entropy_from_probabilities(x[0], targets, options); }, {probabilities({4, 3}, 4)});
  }
}

TEST_CASE("nll_loss of log-probabilities is the cross-entropy of logits, for all options") {
  const Tensor logits = Numbers(1).tensor({3, 2, 5}) * 3, targets = i64({{0, 4}, {1, 2}, {1, 3}});
  for (const CrossEntropyOptions& options : all_options(5)) {
    const Tensor expected = cross_entropy(logits, targets, options);
    CHECK(all_close(nll_loss(log_softmax(logits), targets, options).tensor(), expected, 1e-12));
    // The sum of the probabilities may be other than 1.
    CHECK(all_close(cross_entropy_from_probabilities(softmax(logits) * 7, targets, options).tensor(), expected, 1e-6));
  }
}

TEST_CASE("nll_loss gives the numbers of worked examples") {
  const Tensor log_p = f64({{-1, -2}, {-3, -4}, {-5, -6}}), targets = i64({1, 0, -100}), weights = f64({3, 0.5});
  CHECK(nll_loss(log_p, targets).item() == 2.5);
  CHECK(nll_loss(log_p, targets, {.reduction = Reduction::sum}).item() == 5);
  CHECK(equal_bits(nll_loss(log_p, targets, {.reduction = Reduction::none}).tensor(), f64({2, 3, 0})));
  CHECK(nll_loss(log_p, targets, {.class_weights = weights}).item() == doctest::Approx((0.5 * 2 + 3 * 3) / 3.5));
  CHECK(nll_loss(log_p, targets, {.label_smoothing = 0.5}).item() == doctest::Approx((0.5 * 5 + 0.25 * (3 + 7)) / 2));
  CHECK(nll_loss(log_p, i64({1, 0, 0}), {.ignore_index = 0}).item() == 2);
  CHECK(nll_loss(log_p, i64({-100, -100, -100})).item() == 0);
  CHECK(nll_loss(f64({-1, -2}), tensor(1, DType::i64)).item() == 2);
}

TEST_CASE("nll_loss: other classes may be impossible, and ignored examples may have any values") {
  Variable x = leaf(f64({{-1, -kInfinity}, {NAN, -kInfinity}}));
  Variable loss = nll_loss(x, i64({0, -100}));
  CHECK(loss.item() == 1);
  loss.backward();
  CHECK(all_close(x.grad().tensor(), f64({{-1, 0}, {0, 0}})));
}

TEST_CASE("cross_entropy_from_probabilities clamps probabilities to 1e-7 .. 1 - 1e-7") {
  Variable p = leaf(f64({{0, 1}, {1, 0}, {0, 0}}));
  Variable loss = cross_entropy_from_probabilities(p, i64({0, 0, -100}), {.reduction = Reduction::none});
  CHECK(all_close(loss.tensor(), f64({-std::log(1e-7), -std::log(1 - 1e-7), 0}), 1e-12));
  loss.backward(f64({1, 1, 1}), {});
  CHECK(equal_bits(p.grad().tensor(), zeros({3, 2}, DType::f64)));
}

TEST_CASE("losses: results do not depend on the number of threads") {
  const Tensor x = cast(probabilities({3000, 40}, 1), DType::f32), targets = Numbers(2).indices({3000}, 40);
  const Tensor y = cast(probabilities({3000, 40}, 3), DType::f32);
  same_bits_on_threads([&] { return mse_loss(x, y).tensor(); });
  same_bits_on_threads([&] { return binary_cross_entropy(x, y).tensor(); });
  same_bits_on_threads([&] { return binary_cross_entropy_with_logits(x, y).tensor(); });
  same_bits_on_threads([&] { return nll_loss(x, targets).tensor(); });
  same_bits_on_threads([&] { return cross_entropy_from_probabilities(x, targets).tensor(); });
}

TEST_CASE("losses: errors name the loss, the shapes and the user's line") {
  const Where at{"a.cpp", 5};
  const Tensor two = ones({2, 3}), other = ones({3, 2});
  CHECK_THROWS_WITH_AS(mse_loss(two, other, Reduction::mean, at),
                       "mse_loss: the prediction is [2, 3], the target [3, 2], at a.cpp:5", ShapeError);
  CHECK_THROWS_WITH_AS(binary_cross_entropy(two, other, Reduction::mean, at),
                       "binary_cross_entropy: the prediction is [2, 3], the target [3, 2], at a.cpp:5", ShapeError);
  CHECK_THROWS_WITH_AS(binary_cross_entropy_with_logits(two, other, Reduction::mean, at),
                       "binary_cross_entropy_with_logits: the prediction is [2, 3], the target [3, 2], at a.cpp:5", ShapeError);
  auto nll = [&](const Tensor& x, const Tensor& targets, const CrossEntropyOptions& options = {}) {
    return [=] { nll_loss(x, targets, options, at); };
  };
  CHECK_THROWS_WITH_AS(nll(two, i64({0, 1, 2}))(),
                       "nll_loss: log-probabilities [2, 3] require targets of shape [2], not [3], at a.cpp:5", ShapeError);
  CHECK_THROWS_WITH_AS(nll(tensor(1), i64({0}))(),
                       "nll_loss: log-probabilities must have shape [..., classes], not [], at a.cpp:5", ShapeError);
  CHECK_THROWS_WITH_AS(nll(two, i64({0, 3}))(), "nll_loss: target 3 of example 1 is outside 0..2, at a.cpp:5", IndexError);
  CHECK_THROWS_WITH_AS(nll(two, i64({-1, 0}))(), "nll_loss: target -1 of example 0 is outside 0..2, at a.cpp:5", IndexError);
  CHECK_THROWS_WITH_AS(nll(two, tensor({0, 1}))(), "nll_loss: targets must be i64, not f32, at a.cpp:5", DtypeError);
  CHECK_THROWS_WITH_AS(nll(i64({{0, 1}}), i64({0}))(), "nll_loss: log-probabilities must be f32 or f64, not i64, at a.cpp:5",
                       DtypeError);
  CHECK_THROWS_WITH_AS(nll(two, i64({0, 1}), {.label_smoothing = 1.5})(),
                       "nll_loss: label smoothing is 1.5, outside 0..1, at a.cpp:5", ValueError);
  CHECK_THROWS_WITH_AS(nll(two, i64({0, 1}), {.class_weights = ones({2})})(),
                       "nll_loss: class weights must have shape [3], not [2], at a.cpp:5", ShapeError);
  CHECK_THROWS_WITH_AS(nll(two, i64({0, 1}), {.class_weights = ones({3}, DType::f64)})(),
                       "nll_loss: class weights are f64, but log-probabilities are f32, at a.cpp:5", DtypeError);
  CHECK_THROWS_WITH_AS(cross_entropy_from_probabilities(two, i64({0, 3}), {}, at),
                       "cross_entropy_from_probabilities: target 3 of example 1 is outside 0..2, at a.cpp:5", IndexError);
}
