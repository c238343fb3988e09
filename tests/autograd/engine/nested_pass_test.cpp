// Backward passes inside gradient rules.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/engine/checkpoint.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("a pass inside a rule does not touch pending gradients of the outer pass") {
  Variable x = leaf(tensor({1, 2}, DType::f64)), y = x * 3;
  auto square_twice = [](const std::vector<Variable>& in) { return std::vector<Variable>{in[0] * in[0] * 2}; };
  // The sum's other gradient reaches y before the checkpoint runs.
  Variable loss = sum(checkpoint(square_twice, {y})[0] + y);
  loss.backward({.retain_graph = true});
  CHECK(x.grad().tensor().at({1}) == 3 * (4 * 6 + 1));
  Variable slope = grad({loss}, {x}, {.create_graph = true})[0];
  CHECK(slope.tensor().at({0}) == 3 * (4 * 3 + 1));
  CHECK(grad({sum(slope)}, {x})[0].tensor().at({0}) == 36);
}
