#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/engine/fused.h>
#include <weft/tensor/arithmetic/compare.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

namespace {

int kernels_run = 0, definitions_run = 0;

// Returns x * scale + shift. The scale is not a Variable, and the shift may be omitted.
Variable affine(const Variable& x, const Tensor& scale, const Variable& shift) {
  const auto definition = [](const std::vector<Variable>& in) -> std::vector<Variable> {
    ++definitions_run;
    const Variable product = in[0] * in[1];
    return {in[2].defined() ? product + in[2] : product};
  };
  const auto kernel = [](const Backward& b) -> Variables {
    ++kernels_run;
    return {Variable(b.grad().tensor() * b.input(1).tensor()), {}, b.input(2).defined() ? b.grad() : Variable()};
  };
  const Tensor product = x.tensor() * scale;
  return record_fused("affine", Where::here(), {x, scale, shift}, shift.defined() ? product + shift.tensor() : product,
                      {.inputs = kAll}, kernel, by_definition(definition));
}

}  // namespace

TEST_CASE("fused: the kernel gives first-order gradients, and the definition gives those of higher orders") {
  const Variable x = leaf(tensor({1.0, 2.0, 3.0}, DType::f64)), shift = leaf(tensor({4.0, 5.0, 6.0}, DType::f64));
  const Tensor scale = tensor({2.0, -1.0, 0.5}, DType::f64);
  kernels_run = definitions_run = 0;
  std::vector<Variable> found = grad({sum(square(affine(x, scale, shift)))}, {x, shift});
  CHECK(kernels_run == 1);
  CHECK(definitions_run == 0);
  // 2 (x scale + shift) scale for x, and without the last factor for the shift.
  CHECK(equal_bits(found[0].tensor(), tensor({24.0, -6.0, 7.5}, DType::f64)));
  CHECK(equal_bits(found[1].tensor(), tensor({12.0, 6.0, 15.0}, DType::f64)));

  found = grad({sum(square(affine(x, scale, shift)))}, {x, shift}, {.create_graph = true});
  CHECK(kernels_run == 1);
  CHECK(definitions_run > 0);
  CHECK(equal_bits(found[0].tensor(), tensor({24.0, -6.0, 7.5}, DType::f64)));
  CHECK(equal_bits(grad({sum(found[0])}, {x})[0].tensor(), tensor({8.0, 2.0, 0.5}, DType::f64)));
}

TEST_CASE("fused: an omitted argument is undefined for the kernel and for the definition") {
  const Variable x = leaf(tensor({1.0, 2.0}, DType::f64));
  const Tensor scale = tensor({3.0, 4.0}, DType::f64);
  CHECK(equal_bits(grad({sum(affine(x, scale, {}))}, {x})[0].tensor(), scale));
  CHECK(equal_bits(grad({sum(affine(x, scale, {}))}, {x}, {.create_graph = true})[0].tensor(), scale));
  const auto squares = [&](const std::vector<Variable>& in) { return square(affine(in[0], scale, {})); };
  CHECK(gradcheck(squares, {x.tensor()}).ok);
  CHECK(gradgradcheck(squares, {x.tensor()}).ok);
}

TEST_CASE("fused: a value that is not saved cannot be requested, but an omitted one can") {
  const Variable x = leaf(ones({2}));
  const auto asks = [&](unsigned saved) {
    const Variable y = record_fused(
        "asks", Where::here(), {x, Variable()}, x.tensor(), {.inputs = saved},
        [](const Backward& b) -> Variables {
          return {b.input(1).defined() ? Variable() : b.grad(), {}};
        },
        [](const Backward& b) -> Variables {
          return {b.grad(), {}};
        });
    return grad({sum(y)}, {x})[0];
  };
  CHECK(equal_bits(asks(0b10).tensor(), ones({2})));
  CHECK_THROWS_WITH_AS(asks(0b01), doctest::Contains("asks: its gradient asks for input 1, which was not saved"), GradError);
}
