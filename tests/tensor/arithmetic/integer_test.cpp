#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/functions/division.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <limits>

#include "tests/numbers.h"

using namespace weft;

namespace {
constexpr DType kIntegers[] = {DType::i64, DType::i32, DType::u8};
Tensor i64(const Nested& numbers) { return tensor(numbers, DType::i64); }
Tensor truth(const Nested& numbers) { return tensor(numbers, DType::boolean); }
}  // namespace

TEST_CASE("integers: arithmetic keeps the dtype") {
  for (DType dtype : kIntegers) {
    CAPTURE(dtype);
    Tensor a = tensor({{7, 2}, {3, 9}}, dtype), b = tensor({2, 1}, dtype);
    CHECK(equal_bits(a + b, tensor({{9, 3}, {5, 10}}, dtype)));
    CHECK(equal_bits(a - b, tensor({{5, 1}, {1, 8}}, dtype)));
    CHECK(equal_bits(b * a, tensor({{14, 2}, {6, 9}}, dtype)));
    CHECK(equal_bits(transpose(a) + a, tensor({{14, 5}, {5, 18}}, dtype)));
    CHECK(equal_bits(a + 1, tensor({{8, 3}, {4, 10}}, dtype)));
    CHECK(equal_bits(1 + a, a + 1));
    CHECK(equal_bits(10 - a, tensor({{3, 8}, {7, 1}}, dtype)));
    CHECK(equal_bits(2 * a, a + a));
    CHECK(equal_bits(a - 2.0, tensor({{5, 0}, {1, 7}}, dtype)));
    CHECK(equal_bits(maximum(a, tensor(4, dtype)), tensor({{7, 4}, {4, 9}}, dtype)));
    CHECK(equal_bits(minimum(a, 4), tensor({{4, 2}, {3, 4}}, dtype)));
    CHECK(equal_bits(clamp(a, 3, 7), tensor({{7, 3}, {3, 7}}, dtype)));
    CHECK(equal_bits(square(b), tensor({4, 1}, dtype)));
    CHECK(equal_bits(where(truth({1, 0}), a, b), tensor({{7, 1}, {3, 1}}, dtype)));
    CHECK(equal_bits(where(truth({1, 0}), a, 5), tensor({{7, 5}, {3, 5}}, dtype)));
    CHECK(equal_bits(where(truth({1, 0}), 5, a), tensor({{5, 2}, {5, 9}}, dtype)));
    CHECK(equal_bits(masked_fill(a, truth({{1, 0}, {0, 0}}), 0), tensor({{0, 2}, {3, 9}}, dtype)));
    CHECK((zeros({0, 2}, dtype) + b).shape() == Shape{0, 2});
  }
  CHECK(equal_bits(-i64({3, -4}), i64({-3, 4})));
  CHECK(equal_bits(abs(tensor({3, -4}, DType::i32)), tensor({3, 4}, DType::i32)));
  CHECK(equal_bits(where(truth({1, 0}), truth({1, 1}), truth({0, 0})), truth({1, 0})));
}

TEST_CASE("integers: results do not depend on the number of threads") {
  Numbers random(1);
  Tensor a = random.indices({300, 401}, 1 << 20), b = random.indices({401}, 1 << 20),
         c = transpose(random.indices({401, 300}, 9));
  Tensor sum = a + b, product = a * c;
  set_threads(2);
  CHECK(equal_bits(a + b, sum));
  CHECK(equal_bits(a * c, product));
  set_threads(1);
  CHECK(sum.at({17, 33}) == a.at({17, 33}) + b.at({33}));
  CHECK(product.at({17, 33}) == a.at({17, 33}) * c.at({17, 33}));
}

TEST_CASE("integers: overflow wraps around") {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max(), smallest = std::numeric_limits<std::int64_t>::min();
  Tensor ends = tensor(std::vector<std::int64_t>{largest, smallest});
  CHECK((ends + 1).span<std::int64_t>()[0] == smallest);
  CHECK((ends - 1).span<std::int64_t>()[1] == largest);
  CHECK((-ends).span<std::int64_t>()[1] == smallest);
  CHECK(abs(ends).span<std::int64_t>()[1] == smallest);
  CHECK((ends * 2).span<std::int64_t>()[0] == -2);
  CHECK(equal_bits(tensor({250, 3}, DType::u8) + tensor({10, 10}, DType::u8), tensor({4, 13}, DType::u8)));
  CHECK(equal_bits(tensor({3}, DType::u8) - 5, tensor({254}, DType::u8)));
}

TEST_CASE("integers: division gives real numbers, and floor_divide and remainder give integers") {
  Tensor a = i64({7, -7, 7, -7, 6}), b = i64({2, 2, -2, -2, 3});
  CHECK(equal_bits(a / b, tensor({3.5, -3.5, -3.5, 3.5, 2})));
  CHECK(equal_bits(a / 2, tensor({3.5, -3.5, 3.5, -3.5, 3})));
  CHECK(equal_bits(7 / b, tensor({3.5, 3.5, -3.5, -3.5, 7.0 / 3})));
  CHECK(equal_bits(floor_divide(a, b), i64({3, -4, -4, 3, 2})));
  CHECK(equal_bits(remainder(a, b), i64({1, 1, -1, -1, 0})));
  CHECK(equal_bits(floor_divide(a, 4), i64({1, -2, 1, -2, 1})));
  CHECK(equal_bits(remainder(a, 4), i64({3, 1, 3, 1, 2})));
  CHECK(equal_bits(remainder(tensor({7, 200}, DType::u8), tensor({4, 255}, DType::u8)), tensor({3, 200}, DType::u8)));
  CHECK(equal_bits(floor_divide(tensor({7, 255}, DType::u8), tensor({255, 255}, DType::u8)), tensor({0, 1}, DType::u8)));
  for (std::int64_t divisor : {1, 2, 3, 7, -1, -2, -5}) {
    Tensor x = arange(-20, 21);
    CHECK(equal_bits(floor_divide(x, divisor) * static_cast<double>(divisor) + remainder(x, divisor), x));
  }
  Tensor smallest = tensor(std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min()});
  CHECK(equal_bits(floor_divide(smallest, -1), smallest));
  CHECK(equal_bits(remainder(smallest, -1), i64({0})));
  CHECK_THROWS_WITH_AS(floor_divide(a, 0, {"a.cpp", 1}), "floor_divide: a divisor is 0, at a.cpp:1", ValueError);
  CHECK_THROWS_WITH_AS(remainder(a, i64({1, 2, 3, 0, 4}), {"a.cpp", 1}), "remainder: a divisor is 0, at a.cpp:1", ValueError);
}

TEST_CASE("integers: bools with numbers count as 0 and 1") {
  Tensor mask = truth({1, 0, 1});
  CHECK(equal_bits(i64({5, 6, 7}) * mask, i64({5, 0, 7})));
  CHECK(equal_bits(mask + tensor({1, 1, 1}, DType::u8), tensor({2, 1, 2}, DType::u8)));
  CHECK(equal_bits(tensor({5, 6, 7}) * mask, tensor({5, 0, 7})));
  CHECK_THROWS_WITH_AS(maximum(mask, mask, {"a.cpp", 1}),
                       "maximum: takes numbers, not bool; cast to one of the other dtypes first, or use logical_or, logical_and "
                       "or logical_xor, at a.cpp:1",
                       DtypeError);
  CHECK_THROWS_WITH_AS(mask + mask, doctest::Contains("add: takes numbers, not bool; cast to one of the other dtypes first, or"),
                       DtypeError);
  CHECK_THROWS_AS(-mask, DtypeError);
}

TEST_CASE("integers: errors name dtypes that do not mix") {
  Tensor a = i64({1, 2});
  CHECK_THROWS_WITH_AS(
      tensor({1}, DType::u8) + 256,
      doctest::Contains(
          "add: the number 256 cannot be represented as u8; cast the tensor to f32 or f64 first, at integer_test.cpp:"),
      DtypeError);
  CHECK_THROWS_WITH_AS(tensor({1}, DType::u8) * -1, doctest::Contains("mul: the number -1 cannot be represented as u8"),
                       DtypeError);
  CHECK_THROWS_AS(a + 0x1p63, DtypeError);
  CHECK_THROWS_WITH_AS(masked_fill(tensor({1}, DType::u8), truth({1}), 300, {"a.cpp", 1}),
                       "masked_fill: the number 300 cannot be represented as u8; cast the tensor to f32 or f64 first, at a.cpp:1",
                       DtypeError);
  CHECK_THROWS_WITH_AS(a + i64({1, 2, 3}), doctest::Contains("add: shapes do not broadcast: [2] and [3] (2 against 3)"),
                       ShapeError);
}

TEST_CASE("comparisons work for every dtype, with tensors and numbers") {
  for (DType dtype : {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8}) {
    CAPTURE(dtype);
    Tensor a = tensor({1, 2, 3}, dtype), b = tensor({{2}, {3}}, dtype);
    CHECK(equal_bits(a == b, truth({{0, 1, 0}, {0, 0, 1}})));
    CHECK(equal_bits(a != b, truth({{1, 0, 1}, {1, 1, 0}})));
    CHECK(equal_bits(a < b, truth({{1, 0, 0}, {1, 1, 0}})));
    CHECK(equal_bits(a <= b, truth({{1, 1, 0}, {1, 1, 1}})));
    CHECK(equal_bits(a > b, truth({{0, 0, 1}, {0, 0, 0}})));
    CHECK(equal_bits(a >= b, truth({{0, 1, 1}, {0, 0, 1}})));
    CHECK(equal_bits(a == 2, truth({0, 1, 0})));
    CHECK(equal_bits(a != 2, truth({1, 0, 1})));
    CHECK(equal_bits(a < 2.5, truth({1, 1, 0})));
    CHECK(equal_bits(a >= -1, truth({1, 1, 1})));
    CHECK(equal_bits(a > 1e30, truth({0, 0, 0})));
    CHECK(equal_bits(greater(a, a), truth({0, 0, 0})));
  }
  Tensor nan = tensor({std::numeric_limits<double>::quiet_NaN(), 1});
  CHECK(equal_bits(nan == nan, truth({0, 1})));
  CHECK(equal_bits(nan != nan, truth({1, 0})));
  CHECK(equal_bits(nan >= 0, truth({0, 1})));
  CHECK(equal_bits(truth({1, 0}) == 1, truth({1, 0})));
  CHECK(equal_bits(logical_xor(truth({1, 1, 0}), i64({5, 0, 0})), truth({0, 1, 0})));
  CHECK(equal_bits(logical_not(i64({5, 0})), truth({0, 1})));
  CHECK(equal_bits(logical_and(truth({1, 1}), truth({{1}, {0}})), truth({{1, 1}, {0, 0}})));
  CHECK(equal_bits(logical_or(tensor({0, 0.5}), truth({0, 0})), truth({0, 1})));
}
