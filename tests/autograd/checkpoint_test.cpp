#include <weft/autograd/checkpoint.h>
#include <weft/autograd/grad_mode.h>
#include <weft/autograd/gradcheck.h>
#include <weft/autograd/math.h>
#include <weft/autograd/reduce.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/create.h>
#include <weft/tensor/random.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {

std::vector<Variable> chain(const std::vector<Variable>& in) {
  Variable y = tanh(in[0] * in[1]);
  return {sum(exp(y) * in[0]), y};
}

}  // namespace

TEST_CASE("checkpoint: gradients of every order are those of the function") {
  Generator generator{1};
  std::vector<Tensor> inputs{normal({2, 3}, 0, 1, DType::f64, generator), normal({3}, 0, 1, DType::f64, generator)};
  auto kept = [](const std::vector<Variable>& in) { return checkpoint(chain, in); };
  CHECK(gradcheck(kept, inputs));
  CHECK(gradgradcheck(kept, inputs));
  auto slopes = [](const std::vector<Variable>& in) { return gradients_of(chain, in, {Variable(tensor(1, DType::f64)), {}}); };
  CHECK(gradcheck(slopes, inputs));
  CHECK(gradgradcheck(slopes, inputs));
  Variable a = leaf(inputs[0]), b = leaf(inputs[1]);
  std::vector<Variable> expected = grad({chain({a, b})[0]}, {a, b}), found = slopes({a, b});
  CHECK(equal_bits(found[0].tensor(), expected[0].tensor()));
  CHECK(equal_bits(found[1].tensor(), expected[1].tensor()));
}

TEST_CASE("checkpoint: one node in the graph, whatever the function computes") {
  Variable x = leaf(ones({4}));
  std::int64_t before = live_nodes();
  std::vector<Variable> y = checkpoint(chain, {x, x * 2});
  CHECK(live_nodes() == before + 2);
  y[0].backward();
  CHECK(max_difference(x.grad().tensor(), grad({chain({x, x * 2})[0]}, {x})[0].tensor()) < 1e-6);
}

TEST_CASE("checkpoint: constants and results that do not depend on an input") {
  Variable x = leaf(ones({2}));
  auto first = [](const std::vector<Variable>& in) { return std::vector<Variable>{in[0] * 3, in[1] * 1}; };
  auto result = [&](std::size_t i) { return checkpoint(first, {x, Variable(ones({2}))})[i]; };
  CHECK(equal_bits(grad({sum(result(0))}, {x})[0].tensor(), full({2}, 3)));
  CHECK(equal_bits(grad({sum(result(1))}, {x})[0].tensor(), zeros({2})));
  NoGrad off;
  CHECK_FALSE(checkpoint(first, {x, x})[0].requires_grad());
}

TEST_CASE("checkpoint: leaves that the function uses besides its inputs get gradients of every order") {
  Generator generator{2};
  Variable x = leaf(normal({2, 3}, 0, 1, DType::f64, generator)), weight = leaf(normal({3}, 0, 1, DType::f64, generator));
  Variable frozen = leaf(normal({3}, 0, 1, DType::f64, generator));
  frozen.set_requires_grad(false);
  auto layer = [&](const std::vector<Variable>& in) {
    return std::vector<Variable>{sum(tanh(in[0] * weight) * exp(weight) + frozen)};
  };
  const std::vector<Variable> expected = grad({layer({x})[0]}, {x, weight});
  checkpoint(layer, {x})[0].backward();
  CHECK(equal_bits(x.grad().tensor(), expected[0].tensor()));
  CHECK(equal_bits(weight.grad().tensor(), expected[1].tensor()));
  CHECK_FALSE(frozen.has_grad());
  weight.zero_grad();
  checkpoint(layer, {Variable(x.tensor())})[0].backward();  // of constants alone
  CHECK(equal_bits(weight.grad().tensor(), expected[1].tensor()));

  auto second = [&](const Variable& y) {
    const std::vector<Variable> slopes = grad({y}, {x, weight}, {.create_graph = true});
    return grad({sum(slopes[0] * slopes[0]) + sum(slopes[1])}, {x, weight});
  };
  const std::vector<Variable> right = second(layer({x})[0]), found = second(checkpoint(layer, {x})[0]);
  for (std::size_t i = 0; i < 2; ++i) CHECK(max_difference(found[i].tensor(), right[i].tensor()) < 1e-12);
  NoGrad off;
  CHECK_FALSE(checkpoint(layer, {x})[0].requires_grad());
}

TEST_CASE("checkpoint: a value with a past that is not among the inputs is an error") {
  Variable x = leaf(ones({3}));
  const Variable y = exp(x);
  auto function = [&](const std::vector<Variable>& in) { return std::vector<Variable>{in[0] * y}; };
  CHECK_THROWS_WITH_AS(checkpoint(function, {x}), doctest::Contains("uses the result of exp, which was computed before"),
                       GradError);
  const Tensor constant = y.tensor();
  auto detached = [&](const std::vector<Variable>& in) { return std::vector<Variable>{in[0] * constant}; };
  checkpoint(detached, {x})[0].backward(ones({3}), {});
  CHECK(equal_bits(x.grad().tensor(), constant));
}
