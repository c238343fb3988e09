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
