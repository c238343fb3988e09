// Special cases of gradients of reductions, softmax and cross-entropy; the op table covers the rest.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <limits>

using namespace weft;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

template <class F>
Tensor gradient(const Tensor& x, F function) {
  const Variable input = leaf(x);
  sum(function(input)).backward();
  return input.grad().tensor();
}

}  // namespace

TEST_CASE("max and min: the first of equal elements gets the gradient") {
  const Tensor x = tensor({{3, 1, 3}, {1, 1, 2}});
  CHECK(equal_bits(gradient(x, [](auto& v) { return max(v, 1); }), tensor({{1, 0, 0}, {0, 0, 1}})));
  CHECK(equal_bits(gradient(x, [](auto& v) { return min(v, 0); }), tensor({{0, 1, 0}, {1, 0, 1}})));
  CHECK(equal_bits(gradient(x, [](auto& v) { return max(v); }), tensor({{1, 0, 0}, {0, 0, 0}})));
  CHECK(equal_bits(gradient(tensor({-3, 3}), [](auto& v) { return norm(v, {}, kInfinity); }), tensor({-1, 0})));
}

TEST_CASE("norm: the gradient is 0 where the norm is") {
  for (double p : {1.0, 1.5, 2.0, 3.0}) {
    const Tensor g = gradient(tensor({{0, 0}, {3, 0}}), [&](auto& v) { return norm(v, 1, p); });
    CHECK(all_close(g, tensor({{0, 0}, {1, 0}}), 1e-6, 0));
  }
}

TEST_CASE("logsumexp: rows of -inf give no NaN") {
  const Tensor x = full({2, 3}, -kInfinity);
  CHECK(equal_bits(gradient(x, [](auto& v) { return exp(logsumexp(v, 1)); }), zeros({2, 3})));
}

TEST_CASE("logsumexp: gradients of infinite numbers are right") {
  const auto slopes = [](const Nested& x) { return gradient(tensor(x), [](auto& v) { return logsumexp(v, -1); }); };
  CHECK(equal_bits(slopes({kInfinity, 1}), tensor({1, 0})));
  CHECK(equal_bits(slopes({-kInfinity, 1}), tensor({0, 1})));
  CHECK(equal_bits(slopes({-kInfinity, -kInfinity}), zeros({2})));
  CHECK(equal_bits(slopes({{kInfinity, 1}, {0, 0}, {-kInfinity, kInfinity}}), tensor({{1, 0}, {0.5, 0.5}, {0, 1}})));
}

TEST_CASE("softplus: its slope is the sigmoid, even at 0, in both orders") {
  const Tensor x = tensor({0, -0.0, 1, -1, 90, -90});
  CHECK(all_close(gradient(x, [](auto& v) { return softplus(v); }), sigmoid(x), 1e-6, 0));
  CHECK(gradient(tensor(0), [](auto& v) { return softplus(v); }).item() == 0.5);
  const Variable zero = leaf(tensor(0, DType::f64));
  const Variable slope = grad({softplus(zero)}, {zero}, {.create_graph = true})[0];
  CHECK(grad({slope}, {zero})[0].item() == 0.25);
}

TEST_CASE("softmax: fully masked rows get a gradient of 0 in both orders") {
  const Tensor x = uniform({2, 3}, -1, 1, DType::f64), lengths = tensor(std::vector<std::int64_t>{0, 2});
  const Tensor g = gradient(x, [&](auto& v) { return square(softmax(v, lengths)); });
  const Tensor log_g = gradient(x, [&](auto& v) { return square(log_softmax(v, lengths)); });
  for (const Tensor& t : {g, log_g}) {
    CHECK(equal_bits(select(t, 0, 0), zeros({3}, DType::f64)));
    CHECK(t.at({1, 2}) == 0);
    CHECK(is_finite(t));
  }
  CHECK(gradgradcheck([&](const std::vector<Variable>& v) { return softmax(v[0], lengths); }, {x}));
  CHECK(gradgradcheck([&](const std::vector<Variable>& v) { return exp(log_softmax(v[0], lengths)); }, {x}));
}

TEST_CASE("cross_entropy: class weights work with smoothing and ignored examples in both orders") {
  Generator g{1};
  const Tensor logits = uniform({2, 3, 5}, -2, 2, DType::f64, g), targets = randint(0, 5, {2, 3}, g);
  for (Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
    const CrossEntropyOptions options{1, uniform({5}, 0.5, 2, DType::f64, g), 0.2, reduction};
    const auto loss = [&](const std::vector<Variable>& x) { return cross_entropy(x[0], targets, options); };
    CHECK(gradcheck(loss, {logits}));
    CHECK(gradgradcheck(loss, {logits}));
  }
}

TEST_CASE("cross_entropy: changing the targets before backward is an error") {
  Tensor targets = tensor(std::vector<std::int64_t>{1, 0});
  const Variable loss = cross_entropy(leaf(zeros({2, 3})), targets);
  targets.set({0}, 2);
  CHECK_THROWS_AS(loss.backward(), GradError);
}
