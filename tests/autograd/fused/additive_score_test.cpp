#include <weft/autograd/check/op_check.h>
#include <weft/autograd/fused/additive_score.h>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/numbers.h"

using namespace weft;

namespace {

Tensor reference(const std::vector<Tensor>& in) {
  std::int64_t batch = in[0].size(0), queries = in[0].size(1), keys = in[1].size(1), dim = in[2].numel();
  Tensor result = zeros({batch, queries, keys}, DType::f64);
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t i = 0; i < queries; ++i)
      for (std::int64_t j = 0; j < keys; ++j) {
        double total = 0;
        for (std::int64_t a = 0; a < dim; ++a) total += in[2].at({a}) * std::tanh(in[0].at({b, i, a}) + in[1].at({b, j, a}));
        result.set({b, i, j}, total);
      }
  return result;
}

}  // namespace

TEST_CASE("additive_score") {
  OpRow row = op_row("additive_score", [](const auto& x) { return additive_score(x[0], x[1], x[2]); }, reference,
                     {{-2, 2}, {-2, 2}, {-1, 1}},
                     {{{2, 3, 7}, {2, 4, 7}, {7}},
                      {{1, 1, 1}, {1, 1, 1}, {1}},
                      {{2, 1, 17}, {2, 3, 17}, {17}},
                      {{2, 2, 33}, {2, 1, 33}, {33}},
                      {{0, 2, 3}, {0, 3, 3}, {3}},
                      {{2, 0, 3}, {2, 3, 3}, {3}},
                      {{2, 2, 3}, {2, 0, 3}, {3}}},
                     {{5, 9, 130}, {5, 11, 130}, {130}});
  OpCheckResult result = check_op(row);
  CHECK_MESSAGE(result, result.message);
}

TEST_CASE("additive_score: errors name mismatched shapes") {
  Tensor v = zeros({4});
  CHECK_THROWS_AS(additive_score(zeros({2, 3, 4}), zeros({2, 3, 5}), v), ShapeError);
  CHECK_THROWS_AS(additive_score(zeros({2, 3, 4}), zeros({1, 3, 4}), v), ShapeError);
  CHECK_THROWS_AS(additive_score(zeros({2, 4}), zeros({2, 3, 4}), v), ShapeError);
  CHECK_THROWS_AS(additive_score(zeros({2, 3, 4}), zeros({2, 3, 4}, DType::f64), v), DtypeError);
}
