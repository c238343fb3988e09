// Slopes at places that the op table does not draw.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/functions/activations.h>
#include <weft/autograd/functions/classify.h>
#include <weft/autograd/functions/division.h>
#include <weft/autograd/functions/logarithms.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace weft;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

Tensor numbers(const std::vector<double>& x) { return tensor(x); }

std::vector<Tensor> slopes(const Variable& result, const std::vector<Variable>& inputs) {
  std::vector<Tensor> all;
  for (const Variable& g : grad({sum(result)}, inputs)) all.push_back(g.tensor());
  return all;
}

}  // namespace

TEST_CASE("xlogy: at x = 0 the slope is the logarithm where that is finite") {
  const Variable x = leaf(numbers({0, 0, 0, 2})), y = leaf(numbers({2, 0, kInf, 3}));
  const std::vector<Tensor> found = slopes(xlogy(x, y), {x, y});
  CHECK(all_close(found[0], numbers({std::log(2.0), 0, 0, std::log(3.0)}), 1e-15, 0));
  CHECK(all_close(found[1], numbers({0, 0, 0, 2.0 / 3}), 1e-15, 0));
}

TEST_CASE("logaddexp: equal arguments share the slope") {
  const Variable a = leaf(numbers({1, -3})), b = leaf(numbers({1, -3}));
  const std::vector<Tensor> found = slopes(logaddexp(a, b), {a, b});
  CHECK(all_close(found[0], numbers({0.5, 0.5}), 1e-15, 0));
  CHECK(all_close(found[1], numbers({0.5, 0.5}), 1e-15, 0));
}

TEST_CASE("remainders: the slope by the divisor is minus the quotient that the value was made with") {
  // 0.1 is a little more than a tenth, so that it is in 1 only 9 times.
  const Variable a = leaf(numbers({1, 0.5, -1, 7})), b = leaf(numbers({0.1, 0.1, 0.1, -2}));
  CHECK(equal_bits(slopes(fmod(a, b), {b})[0], numbers({-9, -4, 9, 3})));
  CHECK(equal_bits(slopes(remainder(a, b), {b})[0], numbers({-9, -4, 10, 4})));
}

TEST_CASE("nan_to_num: what was replaced gets no gradient") {
  const Variable x = leaf(numbers({1, kInf, std::nan(""), -kInf}));
  const Variable y = nan_to_num(x, {.nan = 2, .posinf = 3});
  CHECK(equal_bits(slice(y.tensor(), 0, 0, 3), numbers({1, 3, 2})));
  CHECK(equal_bits(slopes(y, {x})[0], numbers({1, 0, 0, 0})));
  CHECK_THROWS_AS(celu(x, 0), ValueError);
  CHECK_THROWS_AS(softshrink(x, -1), ValueError);
}
