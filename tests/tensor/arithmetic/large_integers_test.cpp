// Integers that a double cannot represent are either preserved or refused.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/indexing/index.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/functions/division.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/join.h>

#include <doctest/doctest.h>

#include <limits>

using namespace weft;

namespace {
constexpr std::int64_t kOdd = (std::int64_t{1} << 53) + 1, kMost = std::numeric_limits<std::int64_t>::max(),
                       kLeast = std::numeric_limits<std::int64_t>::min();

Tensor i64(const std::vector<std::int64_t>& values) { return tensor(values); }
Tensor truth(const Nested& values) { return tensor(values, DType::boolean); }
}  // namespace

TEST_CASE("large integers: lists refuse numbers that a double cannot represent") {
  CHECK_THROWS_WITH_AS(tensor({kOdd}, DType::i64),
                       doctest::Contains("the number 9007199254740993 is beyond 2^53 and cannot be represented as a double; "
                                         "write it as a tensor made from a std::vector<std::int64_t>, "
                                         "at large_integers_test.cpp:"),
                       ValueError);
  CHECK_THROWS_AS(tensor({-kOdd}, DType::i64), ValueError);
  CHECK_THROWS_AS(tensor({std::numeric_limits<std::uint64_t>::max()}), ValueError);
  CHECK(tensor({kOdd - 1, kLeast, std::int64_t{1} << 60}, DType::i64).span<std::int64_t>()[1] == kLeast);
  CHECK(i64({kOdd}).span<std::int64_t>()[0] == kOdd);
}

TEST_CASE("large integers: operators refuse such a number with a tensor") {
  const Tensor x = i64({kOdd});
  CHECK_THROWS_WITH_AS(x + kOdd, doctest::Contains(", at large_integers_test.cpp:"), ValueError);
  CHECK_THROWS_AS((void)(x == kOdd), ValueError);
  CHECK_THROWS_WITH_AS(kOdd + x, doctest::Contains(", at large_integers_test.cpp:"), ValueError);
  CHECK_THROWS_AS(kOdd - x, ValueError);
  CHECK_THROWS_AS(kOdd * x, ValueError);
  CHECK_THROWS_AS(kOdd / x, ValueError);
  CHECK_THROWS_AS(kOdd + Variable(x), ValueError);
  CHECK(equal_bits(x - (kOdd - 1), i64({1})));
  CHECK(equal_bits(x - i64({kOdd}), i64({0})));
}

TEST_CASE("large integers: functions refuse such a number with a tensor") {
  Tensor x = i64({kOdd, 1});
  const Tensor mask = truth({1, 0});
  const auto refuses = [](auto call) {
    CHECK_THROWS_WITH_AS(call(), doctest::Contains("9007199254740993 is beyond 2^53 and cannot be represented as a double"),
                         ValueError);
  };
  refuses([&] { maximum(x, kOdd); });
  refuses([&] { minimum(x, kOdd); });
  refuses([&] { clamp(x, 0, kOdd); });
  refuses([&] { clamp(x, -kOdd, 0); });
  refuses([&] { pow(x, kOdd); });
  refuses([&] { pow(kOdd, x); });
  refuses([&] { where(mask, x, kOdd); });
  refuses([&] { where(mask, kOdd, x); });
  refuses([&] { masked_fill(x, mask, kOdd); });
  refuses([&] { pad(x, {{1, 0}}, kOdd); });
  refuses([&] { x.set({0}, kOdd); });
  refuses([&] { maximum(Variable(x), kOdd); });
  refuses([&] { where(mask, kOdd, Variable(x)); });
  refuses([&] { masked_fill(Variable(x), mask, kOdd); });
  CHECK(equal_bits(maximum(x, kOdd - 1), i64({kOdd, kOdd - 1})));
  CHECK(equal_bits(masked_fill(x, mask, kLeast), i64({kLeast, 1})));
}

TEST_CASE("large integers: floor_divide and remainder are exact") {
  const Tensor x = i64({kMost, kLeast, 3 * kOdd});
  CHECK(equal_bits(floor_divide(x, kOdd), i64({1023, -1024, 3})));
  CHECK(equal_bits(remainder(x, kOdd), i64({kMost - 1023 * kOdd, 1024, 0})));
  CHECK_THROWS_WITH_AS(
      floor_divide(tensor({1}, DType::i32), kOdd, {"a.cpp", 1}),
      "floor_divide: the number 9007199254740993 cannot be represented as i32; cast the tensor to f32 or f64 first, at a.cpp:1",
      DtypeError);
}

TEST_CASE("large integers: comparisons with numbers are exact") {
  const Tensor x = i64({kOdd - 2, kOdd - 1, kOdd, kMost, kLeast});
  CHECK(equal_bits(x == (kOdd - 1), truth({0, 1, 0, 0, 0})));
  CHECK(equal_bits(x > 9007199254740992.0, truth({0, 0, 1, 1, 0})));
  CHECK(equal_bits(x < 0.5, truth({0, 0, 0, 0, 1})));
  CHECK(equal_bits(x == 0x1p63, truth({0, 0, 0, 0, 0})));
  CHECK(equal_bits(x < 0x1p63, truth({1, 1, 1, 1, 1})));
  CHECK(equal_bits(x >= -0x1p63, truth({1, 1, 1, 1, 1})));
  CHECK(equal_bits(x < -0x1p64, truth({0, 0, 0, 0, 0})));
  CHECK(equal_bits(x <= std::numeric_limits<double>::infinity(), truth({1, 1, 1, 1, 1})));
  CHECK(equal_bits(x == std::numeric_limits<double>::quiet_NaN(), truth({0, 0, 0, 0, 0})));
}

TEST_CASE("small integers: comparisons with numbers that their dtype cannot represent are exact") {
  CHECK(equal_bits(tensor({0, 255}, DType::u8) < 256, truth({1, 1})));
  CHECK(equal_bits(tensor({0, 255}, DType::u8) > -1, truth({1, 1})));
  CHECK(equal_bits(tensor({-3, 3}, DType::i32) > 2.5, truth({0, 1})));
  CHECK(equal_bits(truth({0, 1}) == 1, truth({0, 1})));
  CHECK(equal_bits(truth({0, 1}) < 0.5, truth({1, 0})));
}
