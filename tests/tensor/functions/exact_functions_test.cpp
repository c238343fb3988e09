#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/functions/bitwise.h>
#include <weft/tensor/functions/classify.h>
#include <weft/tensor/functions/division.h>
#include <weft/tensor/functions/rounding.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace weft;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity(), kNaN = std::numeric_limits<double>::quiet_NaN();

Tensor i64(std::vector<std::int64_t> x) { return tensor(x); }
Tensor bools(const std::vector<double>& x) { return cast(tensor(x), DType::boolean); }
Tensor numbers(const std::vector<double>& x, DType dtype = DType::f64) { return cast(tensor(x), dtype); }

}  // namespace

TEST_CASE("rounding leaves integers and their dtype") {
  const Tensor x = i64({3, -4, 0});
  for (const Tensor& y : {floor(x), ceil(x), trunc(x), round(x), nan_to_num(x)}) {
    CHECK(equal_bits(y, x));
    CHECK(y.raw() != x.raw());
  }
  CHECK(equal_bits(sign(x), i64({1, -1, 0})));
  CHECK(equal_bits(sign(tensor({7, 0}, DType::u8)), tensor({1, 0}, DType::u8)));
}

TEST_CASE("division of floating numbers: quotients and remainders are Python's and C's") {
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor a = numbers({7.5, -7.5, 7.5, -7.5, 6, 1, -1}, dtype), b = numbers({2, 2, -2, -2, 3, kInf, kInf}, dtype);
    CHECK(equal_bits(remainder(a, b), numbers({1.5, 0.5, -0.5, -1.5, 0, 1, kInf}, dtype)));
    CHECK(equal_bits(floor_divide(a, b), numbers({3, -4, -4, 3, 2, 0, -1}, dtype)));
    CHECK(equal_bits(fmod(a, b), numbers({1.5, -1.5, 1.5, -1.5, 0, 1, -1}, dtype)));
    CHECK(equal_bits(remainder(numbers({-1}, dtype), 0.75), numbers({0.5}, dtype)));
    CHECK(floor_divide(numbers({3}, dtype), 0.0).at({0}) == kInf);
    CHECK(std::isnan(remainder(numbers({3}, dtype), 0).at({0})));
  }
  // A quotient near a whole number: 1 / 0.1 is rounded to 10, but 0.1 is a little more than a tenth.
  CHECK(floor_divide(numbers({1}), 0.1).at({0}) == 9);
  CHECK(equal_bits(remainder(i64({5, -5}), 1.5), numbers({0.5, 1}, DType::f32)));
  CHECK(equal_bits(fmod(i64({5, -5}), 3), i64({2, -2})));
  CHECK(equal_bits(fmod(i64({std::numeric_limits<std::int64_t>::min()}), -1), i64({0})));
  CHECK_THROWS_WITH_AS(fmod(i64({5}), 0), doctest::Contains("fmod: "), ValueError);
  CHECK_THROWS_AS(fmod(Tensor(), 1.5), ValueError);
}

TEST_CASE("isnan, isinf, isfinite, isclose and nan_to_num") {
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor x = numbers({1, kNaN, kInf, -kInf, 0}, dtype);
    CHECK(equal_bits(isnan(x), bools({0, 1, 0, 0, 0})));
    CHECK(equal_bits(isinf(x), bools({0, 0, 1, 1, 0})));
    CHECK(equal_bits(isfinite(x), bools({1, 0, 0, 0, 1})));
    const double most = dtype == DType::f32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
    CHECK(equal_bits(nan_to_num(x, {.nan = 7}), numbers({1, 7, most, -most, 0}, dtype)));
  }
  CHECK(equal_bits(isfinite(i64({1})), bools({1})));
  CHECK(equal_bits(isnan(i64({1})), bools({0})));
  CHECK(equal_bits(nan_to_num(i64({1})), i64({1})));
  CHECK(equal_bits(nan_to_num(numbers({kInf, -kInf, kNaN}), {.posinf = 5, .neginf = -6}), numbers({5, -6, 0})));
  const Tensor a = numbers({1, 1, kInf, kInf, kNaN, 0}), b = numbers({1.00001, 1.0001, kInf, -kInf, kNaN, 1e-9});
  CHECK(equal_bits(isclose(a, b), bools({1, 0, 1, 0, 0, 1})));
  CHECK(equal_bits(isclose(a, b, 1e-3), bools({1, 1, 1, 0, 0, 1})));
  const std::int64_t large = std::int64_t{1} << 53;
  CHECK(equal_bits(isclose(i64({large, large}), i64({large + 1, large}), 0, 0), bools({0, 1})));
  CHECK(equal_bits(isclose(i64({std::numeric_limits<std::int64_t>::min()}), i64({std::numeric_limits<std::int64_t>::max()})),
                   bools({0})));
  CHECK_THROWS_AS(isclose(a, numbers({1, 2})), ShapeError);
  CHECK_THROWS_WITH_AS(isnan(Tensor()), doctest::Contains("isnan: "), ValueError);
}

TEST_CASE("operations on bits") {
  const Tensor a = i64({12, -1, 5}), b = i64({10, 3, 0});
  CHECK(equal_bits(bitwise_and(a, b), i64({8, 3, 0})));
  CHECK(equal_bits(bitwise_or(a, b), i64({14, -1, 5})));
  CHECK(equal_bits(bitwise_xor(a, b), i64({6, -4, 5})));
  CHECK(equal_bits(bitwise_not(a), i64({-13, 0, -6})));
  CHECK(equal_bits(bitwise_left_shift(a, i64({1, 2, 62})), i64({24, -4, std::int64_t{1} << 62})));
  CHECK(equal_bits(bitwise_right_shift(a, i64({1, 63, 0})), i64({6, -1, 5})));
  CHECK(equal_bits(bitwise_not(tensor({250, 0}, DType::u8)), tensor({5, 255}, DType::u8)));
  CHECK(equal_bits(bitwise_and(bools({1, 1, 0}), bools({1, 0, 0})), bools({1, 0, 0})));
  CHECK(equal_bits(bitwise_not(bools({1, 0})), bools({0, 1})));
  CHECK(bitwise_or(tensor({1}, DType::i32), tensor({2}, DType::u8)).dtype() == DType::i32);
  CHECK_THROWS_WITH_AS(bitwise_and(numbers({1}), a), doctest::Contains("bitwise_and: takes integers and bools, not f64 and i64"),
                       DtypeError);
  CHECK_THROWS_WITH_AS(bitwise_left_shift(tensor({1}, DType::i32), tensor({32}, DType::i32)),
                       doctest::Contains("a shift by 32 is outside 0 .. 31 for i32"), ValueError);
  CHECK_THROWS_AS(bitwise_right_shift(a, i64({-1, 0, 0})), ValueError);
  CHECK_THROWS_AS(bitwise_left_shift(bools({1}), bools({1})), DtypeError);
  CHECK_THROWS_AS(bitwise_and(a, i64({1, 2})), ShapeError);
}
