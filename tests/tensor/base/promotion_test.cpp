// The table of tensor/docs/promotion.md.
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/functions/division.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/reduction/reduce.h>
#include <weft/tensor/runtime/float_mode.h>

#include <doctest/doctest.h>

#include <limits>

#include "tests/tensor/each_isa.h"
#include "tests/threads.h"

using namespace weft;

namespace {

constexpr DType kOrder[] = {DType::boolean, DType::u8, DType::i32, DType::i64, DType::f32, DType::f64};
constexpr DType kNumbers[] = {DType::u8, DType::i32, DType::i64, DType::f32, DType::f64};
constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();

Tensor truth(const Nested& values) { return tensor(values, DType::boolean); }
DType real(DType dtype) { return dtype == DType::f64 ? DType::f64 : DType::f32; }

}  // namespace

TEST_CASE("promotion: the result has the later of two dtypes in the order") {
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j) CHECK(promote_types(kOrder[i], kOrder[j]) == kOrder[std::max(i, j)]);
}

TEST_CASE("promotion: the rule holds for tensors of any two dtypes and any dimensions") {
  for (DType p : kNumbers)
    for (DType q : kNumbers) {
      CAPTURE(p);
      CAPTURE(q);
      const DType common = promote_types(p, q);
      for (const Shape& shape : {Shape{}, Shape{1}, Shape{3, 1}}) {
        const Tensor a = full({2}, 6, p), b = full(shape, 3, q);
        const Shape both = broadcast_shapes("test", {2}, shape, {});
        CHECK(equal_bits(a + b, full(both, 9, common)));
        CHECK(equal_bits(a - b, full(both, 3, common)));
        CHECK(equal_bits(b * a, full(both, 18, common)));
        CHECK(equal_bits(a / b, full(both, 2, real(common))));
        CHECK(equal_bits(maximum(a, b), full(both, 6, common)));
        CHECK(equal_bits(minimum(b, a), full(both, 3, common)));
        CHECK(equal_bits(fma(a, b, b), full(both, 21, common)));
        CHECK(equal_bits(where(truth({1, 0}), a, b), where(truth({1, 0}), cast(a, common), cast(b, common))));
        CHECK(pow(a, b).dtype() == common);
        if (!is_floating(common)) CHECK(equal_bits(floor_divide(a, b), full(both, 2, common)));
      }
    }
  CHECK(equal_bits(tensor({200}, DType::u8) + tensor({100}, DType::i32), tensor({300}, DType::i32)));
}

TEST_CASE("promotion: a whole number takes the tensor's dtype, a fraction makes integers f32") {
  for (DType dtype : kNumbers) {
    CAPTURE(dtype);
    const Tensor x = tensor({2, 5}, dtype);
    for (const Tensor& same : {x + 1, 7 - x, x * 2.0, maximum(x, 3), clamp(x, 3, 4), where(truth({1, 0}), x, 4), pow(x, 2),
                               pow(2, x), neg(x), abs(x), square(x), relu(x)})
      CHECK(same.dtype() == dtype);
    for (const Tensor& floating : {x + 0.5, 0.5 - x, x * 0.5, maximum(x, 2.5), clamp(x, 2.5, 4), where(truth({1, 0}), x, 0.5),
                                   where(truth({1, 0}), kInfinity, x), x * kNan, pow(x, 0.5), pow(x, -1), x / 2, 1 / x})
      CHECK(floating.dtype() == real(dtype));
    CHECK(equal_bits(cast(x * 0.5, DType::f32), tensor({1, 2.5})));
    if (!is_floating(dtype)) CHECK(equal_bits(pow(x, 3), tensor({8, 125}, dtype)));
  }
  CHECK_THROWS_AS(tensor({1}, DType::u8) + 300, DtypeError);
  CHECK_THROWS_AS(pow(tensor({1}, DType::u8), 300), DtypeError);
}

TEST_CASE("promotion: functions of real numbers give f32 for integers and bools") {
  for (DType dtype : {DType::boolean, DType::u8, DType::i32, DType::i64}) {
    CAPTURE(dtype);
    const Tensor x = tensor({1, 0, 1}, dtype), f32 = tensor({1, 0, 1});
    CHECK(equal_bits(exp(x), exp(f32)));
    CHECK(equal_bits(expm1(x), expm1(f32)));
    CHECK(equal_bits(log(x), log(f32)));
    CHECK(equal_bits(log1p(x), log1p(f32)));
    CHECK(equal_bits(sqrt(x), sqrt(f32)));
    CHECK(equal_bits(reciprocal(x), reciprocal(f32)));
    CHECK(equal_bits(sin(x), sin(f32)));
    CHECK(equal_bits(cos(x), cos(f32)));
    CHECK(equal_bits(erf(x), erf(f32)));
    CHECK(equal_bits(tanh(x), tanh(f32)));
    CHECK(equal_bits(sigmoid(x), sigmoid(f32)));
    CHECK(equal_bits(leaky_relu(x), leaky_relu(f32)));
    CHECK(equal_bits(elu(x), elu(f32)));
    CHECK(equal_bits(gelu(x), gelu(f32)));
    CHECK(equal_bits(silu(x), silu(f32)));
    CHECK(equal_bits(softplus(x), softplus(f32)));
    CHECK(equal_bits(x / x, f32 / f32));
  }
}

TEST_CASE("promotion: powers of integers are exact and wrap around") {
  CHECK(equal_bits(
      pow(tensor({3, -2, 10}, DType::i64), tensor({39, 63, 18}, DType::i64)),
      tensor(std::vector<std::int64_t>{4052555153018976267, std::numeric_limits<std::int64_t>::min(), 1000000000000000000})));
  CHECK(equal_bits(pow(tensor({3}, DType::u8), 6), tensor({729 - 512}, DType::u8)));
  CHECK(equal_bits(pow(0, tensor({0, 1}, DType::i32)), tensor({1, 0}, DType::i32)));
  CHECK_THROWS_WITH_AS(pow(tensor({2}, DType::i64), tensor({-1}, DType::i64), {"a.cpp", 1}),
                       "pow: an integer to the power of -1 is not an integer; cast one to f32 or f64 first, at a.cpp:1",
                       ValueError);
}

TEST_CASE("promotion: sums of integers are i64 and wrap around") {
  using Limits = std::numeric_limits<std::int64_t>;
  CHECK(equal_bits(sum(tensor(std::vector<std::int64_t>{Limits::max(), 1})), tensor(std::vector{Limits::min()}, Shape())));
  CHECK(equal_bits(sum(full({300}, 255, DType::u8)), tensor(76500, DType::i64)));
  CHECK(equal_bits(sum(full({300}, -1, DType::i32)), tensor(-300, DType::i64)));
}

TEST_CASE("promotion: f32 with f64 is read directly, contiguous or not") {
  const Tensor a = tensor({0.1, 0.2, 0.3}), b = tensor({{1e-3}, {2}, {1e30}}, DType::f64);
  const Tensor wide = cast(a, DType::f64);
  on_each_isa([&] {
    CHECK(equal_bits(a * b, wide * b));
    CHECK(equal_bits(transpose(b) - a, transpose(b) - wide));
    CHECK(equal_bits(flip(expand(a, {3, 3}), {0, 1}) / b, flip(expand(wide, {3, 3}), {0, 1}) / b));
  });
}

TEST_CASE("promotion: conditions are bool or integers") {
  const Tensor x = tensor({1, 2});
  CHECK(equal_bits(where(tensor({-1, 0}, DType::i64), x, 5), tensor({1, 5})));
  CHECK(equal_bits(where(tensor({2, 0}, DType::u8), cast(x, DType::i32), 5), tensor({1, 5}, DType::i32)));
  CHECK_THROWS_WITH_AS(where(tensor({0.5, kNan}), x, x, {"a.cpp", 1}),
                       "where: the condition must be bool or integers, not f32, at a.cpp:1", DtypeError);
  CHECK_THROWS_AS(where(tensor({1, 0}, DType::f64), x, 0), DtypeError);
  CHECK_THROWS_AS(where(tensor({1, 0}), 0, x), DtypeError);
  CHECK_THROWS_AS(where(tensor({0.5, 1}), cast(x, DType::i64), cast(x, DType::i64)), DtypeError);
}

TEST_CASE("promotion: comparisons of two dtypes are exact") {
  constexpr std::int64_t odd = (std::int64_t{1} << 53) + 1, most = std::numeric_limits<std::int64_t>::max();
  const Tensor whole = tensor(std::vector<std::int64_t>{(1 << 24) + 1, 1 << 24, odd, most, -3, 0, 0});
  const Tensor floats = tensor({0x1p24, 0x1p24, 0x1p53, 0x1p63, -2.5, kNan, 1e-40});
  for (const Tensor& y : {floats, cast(floats, DType::f64)}) {
    CAPTURE(y.dtype());
    CHECK(equal_bits(whole == y, truth({0, 1, 0, 0, 0, 0, 0})));
    CHECK(equal_bits(y == whole, truth({0, 1, 0, 0, 0, 0, 0})));
    CHECK(equal_bits(whole != y, truth({1, 0, 1, 1, 1, 1, 1})));
    CHECK(equal_bits(whole < y, truth({0, 0, 0, 1, 1, 0, 1})));
    CHECK(equal_bits(y > whole, truth({0, 0, 0, 1, 1, 0, 1})));
    CHECK(equal_bits(whole <= y, truth({0, 1, 0, 1, 1, 0, 1})));
    CHECK(equal_bits(whole >= y, truth({1, 1, 1, 0, 0, 0, 0})));
    CHECK(equal_bits(y < whole, truth({1, 0, 1, 0, 0, 0, 0})));
  }
  CHECK(equal_bits(tensor({0.1}) == tensor({0.1}, DType::f64), truth({0})));
  CHECK(equal_bits(tensor({0.5}) == tensor({0.5}, DType::f64), truth({1})));
  CHECK(equal_bits(tensor({255, 7}, DType::u8) == tensor({255, 263}, DType::i64), truth({1, 0})));
  CHECK(equal_bits(tensor({1, 0}, DType::boolean) < tensor({1.5, 0}), truth({1, 0})));
  CHECK(equal_bits(tensor({{1}, {2}}, DType::i32) <= tensor({1, 2}, DType::f64), truth({{1, 1}, {0, 1}})));
}

TEST_CASE("promotion: a number can be compared with a tensor on its right") {
  for (DType dtype : kNumbers) {
    const Tensor x = tensor({1, 2, 3}, dtype);
    CHECK(equal_bits(2 == x, truth({0, 1, 0})));
    CHECK(equal_bits(2 != x, truth({1, 0, 1})));
    CHECK(equal_bits(2 < x, truth({0, 0, 1})));
    CHECK(equal_bits(2 <= x, truth({0, 1, 1})));
    CHECK(equal_bits(2 > x, truth({1, 0, 0})));
    CHECK(equal_bits(2 >= x, truth({1, 1, 0})));
    CHECK(equal_bits(2.5 < x, truth({0, 0, 1})));
    CHECK(equal_bits(kNan >= x, truth({0, 0, 0})));
  }
  CHECK(equal_bits(true == truth({1, 0}), truth({1, 0})));
  CHECK_THROWS_WITH_AS((void)(1 < Tensor()), doctest::Contains("less: the tensor is undefined, at promotion_test.cpp:"),
                       ValueError);
}

TEST_CASE("promotion: comparisons distinguish denormals from 0 even if arithmetic flushes them") {
  const Tensor x = tensor({1e-40, -1e-40, 0, -0.0}), y = tensor({5e-324, -1e-310, 0, -0.0}, DType::f64), zero = tensor(0);
  auto check = [&] {
    for (const Tensor& t : {x, y})
      for (const Tensor& none : {zero, tensor(0, DType::f64), tensor(0, DType::i64)}) {
        CHECK(equal_bits(t == none, truth({0, 0, 1, 1})));
        CHECK(equal_bits(t > none, truth({1, 0, 0, 0})));
        CHECK(equal_bits(t < none, truth({0, 1, 0, 0})));
      }
    CHECK(equal_bits(x != 0, truth({1, 1, 0, 0})));
    CHECK(equal_bits(logical_not(y), truth({0, 0, 1, 1})));
    CHECK(equal_bits(logical_and(x, y), truth({1, 1, 0, 0})));
    CHECK(equal_bits(expand(tensor({1e-40}), {40'000}) > 0, full({40'000}, 1, DType::boolean)));
  };
  for (int threads : {1, 2}) {
    set_threads(threads);
    check();
    const KeepDenormals keep;
    check();
  }
  set_threads(1);
}
