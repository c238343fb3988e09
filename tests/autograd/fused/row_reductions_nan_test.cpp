// The value of a row with a NaN is NaN, and so are the gradients of all its elements.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "tests/numbers.h"

using namespace weft;

namespace {

struct RowFunction {
  const char* name;
  std::function<Variable(const Variable&)> call;  // [3, 7] by rows
};

std::vector<RowFunction> row_functions() {
  return {{"logsumexp", [](const Variable& x) { return logsumexp(x, -1); }},
          {"softmax", [](const Variable& x) { return softmax(x); }},
          {"log_softmax", [](const Variable& x) { return log_softmax(x); }},
          {"max", [](const Variable& x) { return max(x, -1); }},
          {"min", [](const Variable& x) { return min(x, -1); }},
          {"var", [](const Variable& x) { return var(x, -1); }},
          {"norm", [](const Variable& x) { return norm(x, -1); }},
          {"norm 3", [](const Variable& x) { return norm(x, -1, 3); }},
          {"layer_norm", [](const Variable& x) { return layer_norm(x, Variable(), Variable()); }},
          {"cross_entropy", [](const Variable& x) {
             return cross_entropy(x, tensor(std::vector<std::int64_t>{1, 2, 3}), {.reduction = Reduction::none});
           }}};
}

}  // namespace

TEST_CASE("rows with a NaN have a gradient of NaN and do not affect other rows") {
  for (const RowFunction& function : row_functions())
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t place : {0, 3, 6})
        for (bool create_graph : {false, true}) {
          CAPTURE(function.name);
          CAPTURE(dtype);
          CAPTURE(place);
          CAPTURE(create_graph);
          const auto gradient = [&](const Tensor& in) {
            const Variable x = leaf(in), y = function.call(x);
            const Tensor seed = Numbers(3).tensor(y.shape(), dtype);
            return contiguous(grad({y}, {x}, {.create_graph = create_graph}, {seed})[0].tensor());
          };
          const Tensor clean = Numbers(9).tensor({3, 7}, dtype);
          Tensor bad = clone(clean);
          bad.set({1, place}, std::numeric_limits<double>::quiet_NaN());
          const Tensor found = gradient(bad), expected = gradient(clean);
          for (std::int64_t i = 0; i < 7; ++i) CHECK(std::isnan(found.at({1, i})));
          for (std::int64_t row : {0, 2})
            CHECK(equal_bits(contiguous(select(found, 0, row)), contiguous(select(expected, 0, row))));
        }
}
