#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace weft;

namespace {
constexpr DType kDtypes[] = {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8, DType::boolean};
}

TEST_CASE("create: nested lists give tensors") {
  CHECK(tensor(3).shape() == Shape{});
  CHECK(tensor({3}).shape() == Shape{1});
  CHECK(tensor({{3}}).shape() == Shape{1, 1});
  CHECK(tensor({{1, 2, 3}}).shape() == Shape{1, 3});
  CHECK(tensor({}).shape() == Shape{0});
  CHECK(tensor({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}).at({1, 0, 1}) == 6);
  CHECK(tensor({{{{{{{{7}}}}}}}}).shape() == Shape{1, 1, 1, 1, 1, 1, 1, 1});
  for (DType dtype : kDtypes) {
    Tensor x = tensor({0, 1, true, 3.0f}, dtype);
    CHECK(x.dtype() == dtype);
    CHECK(x.at({1}) == 1);
    CHECK(x.at({3}) == (dtype == DType::boolean ? 1 : 3));
  }
  CHECK_THROWS_WITH_AS(tensor({{1, 2}, {3}}),
                       doctest::Contains("tensor: nested lists differ in shape: [2] and [1], at create_test.cpp:"), ShapeError);
  CHECK_THROWS_AS(tensor({{1, 2}, 3}), ShapeError);
  CHECK_THROWS_WITH_AS(tensor({{{{{{{{{7}}}}}}}}}), doctest::Contains("shape: at most 8 dimensions, got 9"), ShapeError);
}

TEST_CASE("create: spans and vectors give tensors") {
  std::vector<float> numbers{1, 2, 3, 4, 5, 6};
  Tensor x = tensor(numbers, {2, 3});
  CHECK(x.dtype() == DType::f32);
  CHECK(x.at({1, 2}) == 6);
  numbers[5] = 0;
  CHECK(x.at({1, 2}) == 6);
  CHECK(tensor(numbers).shape() == Shape{6});
  CHECK(tensor(std::vector<std::int64_t>{7}).dtype() == DType::i64);
  CHECK(tensor(std::vector<double>{}).shape() == Shape{0});
  CHECK_THROWS_WITH_AS(tensor(numbers, {4}, {"a.cpp", 1}), "tensor: 6 values for shape [4], at a.cpp:1", ShapeError);
}

TEST_CASE("create: a tensor can share the caller's memory, and touch marks it as written") {
  float numbers[] = {1, 2, 3, 4};
  Tensor x = borrow(numbers, {2, 2});
  CHECK(x.at({1, 0}) == 3);
  numbers[2] = 7;
  auto version = x.version();
  x.touch({"a.cpp", 5});
  CHECK(x.version() == version + 1);
  CHECK(to_string(x.storage()->last_write()) == "a.cpp:5");
  CHECK(x.at({1, 0}) == 7);
  CHECK(transpose(x).at({0, 1}) == 7);
  x.set({0, 1}, 9);
  CHECK(numbers[1] == 9);
  CHECK(x.raw() == reinterpret_cast<const std::byte*>(numbers));
  CHECK_THROWS_AS(Tensor().touch(), ValueError);
  CHECK_THROWS_AS(Tensor().set({}, 1), ValueError);
}

TEST_CASE("create: zeros, ones, full, eye and fill work for every dtype") {
  for (DType dtype : kDtypes) {
    CAPTURE(dtype);
    CHECK(equal_bits(zeros({2, 2}, dtype), tensor({{0, 0}, {0, 0}}, dtype)));
    CHECK(equal_bits(ones({3}, dtype), tensor({1, 1, 1}, dtype)));
    CHECK(equal_bits(full({2}, 5, dtype), tensor({5, 5}, dtype)));
    CHECK(equal_bits(eye(2, dtype), tensor({{1, 0}, {0, 1}}, dtype)));
    CHECK(full({}, 5, dtype).shape() == Shape{});
    CHECK(full({0, 4}, 5, dtype).numel() == 0);
    Tensor x = zeros({2, 3}, dtype), column = select(x, 1, 1);
    fill(column, 1);
    CHECK(equal_bits(x, tensor({{0, 1, 0}, {0, 1, 0}}, dtype)));
    fill(x, 0);
    CHECK(equal_bits(x, zeros({2, 3}, dtype)));
  }
  CHECK(eye(0).shape() == Shape{0, 0});
}

TEST_CASE("create: arange has the right numbers") {
  CHECK(equal_bits(arange(4), tensor({0, 1, 2, 3}, DType::i64)));
  CHECK(equal_bits(arange(3, DType::f32), tensor({0, 1, 2})));
  CHECK(equal_bits(arange(2, 5), tensor({2, 3, 4}, DType::i64)));
  CHECK(equal_bits(arange(5, 0, -2), tensor({5, 3, 1}, DType::i64)));
  CHECK(equal_bits(arange(0, 1, 0.25, DType::f64), tensor({0, 0.25, 0.5, 0.75}, DType::f64)));
  CHECK(arange(3, 3).numel() == 0);
  CHECK(arange(3, 0).numel() == 0);
  CHECK(arange(0, 10, 3).numel() == 4);
  CHECK_THROWS_WITH_AS(arange(0, 1, 0, DType::f32, {"a.cpp", 1}), "arange: step is 0, at a.cpp:1", ValueError);
}

TEST_CASE("create: arange has the dtype of its arguments") {
  CHECK(equal_bits(arange(0, 2.5, .5), tensor({0, 0.5, 1, 1.5, 2})));
  CHECK(equal_bits(arange(2.5), tensor({0, 1, 2})));
  CHECK(equal_bits(arange(3.0), tensor({0, 1, 2})));
  CHECK(equal_bits(arange(0.0f, 1.0f, 0.25f), tensor({0, 0.25, 0.5, 0.75})));
  CHECK(equal_bits(arange(1.0, -1, -0.5), tensor({1, 0.5, 0, -0.5})));
  CHECK(equal_bits(arange(0, 2.5, 1, DType::i64), tensor({0, 1, 2}, DType::i64)));
  CHECK(arange(std::size_t{3}).dtype() == DType::i64);
}

TEST_CASE("create: arange has as many numbers as NumPy's") {
  CHECK(arange(0, 1, 0.1).numel() == 10);
  CHECK(arange(1, 1.3, 0.1).numel() == 4);
  CHECK(arange(0.0f, 1.0f, 0.1f).numel() == 10);
  CHECK(arange(0, -3, 2).numel() == 0);
  CHECK(arange(0, 10, std::numeric_limits<double>::infinity()).numel() == 1);
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
  CHECK(equal_bits(arange(most - 2, most), tensor(std::vector{most - 2, most - 1})));
  CHECK(equal_bits(arange(least, most, std::int64_t{1} << 62),
                   tensor(std::vector{least, least / 2, std::int64_t{0}, -(least / 2)})));
  CHECK_THROWS_WITH_AS(arange(0, std::numeric_limits<double>::infinity(), 1, DType::f32, {"a.cpp", 1}),
                       "arange: from 0 to inf by 1 are too many numbers, at a.cpp:1", ValueError);
  CHECK_THROWS_AS(arange(std::numeric_limits<double>::quiet_NaN()), ValueError);
  CHECK_THROWS_AS(arange(least, most), ValueError);
  CHECK_THROWS_AS(arange(std::numeric_limits<std::uint64_t>::max()), ValueError);
}

TEST_CASE("create: numbers that the dtype cannot represent are refused") {
  const Where here{"a.cpp", 1};
  CHECK_THROWS_WITH_AS(full({2}, 300, DType::u8, here), "full: the number 300 cannot be represented as u8, at a.cpp:1",
                       ValueError);
  CHECK_THROWS_WITH_AS(full({2}, -1.5, DType::u8, here), "full: the number -1.5 cannot be represented as u8, at a.cpp:1",
                       ValueError);
  CHECK_THROWS_WITH_AS(arange(254, 258, 1, DType::u8, here), "arange: the number 257 cannot be represented as u8, at a.cpp:1",
                       ValueError);
  CHECK_THROWS_WITH_AS(arange(0, 1, 0.25, DType::i32, here), "arange: the number 0.25 cannot be represented as i32, at a.cpp:1",
                       ValueError);
  CHECK_THROWS_WITH_AS(tensor({1, 2.9}, DType::i64, here), "tensor: the number 2.9 cannot be represented as i64, at a.cpp:1",
                       ValueError);
  CHECK_THROWS_AS(tensor({-1}, DType::u8), ValueError);
  Tensor x = zeros({3}, DType::i32), row = slice(zeros({3, 2}, DType::u8), 1, 0, 1);
  CHECK_THROWS_WITH_AS(fill(x, 0x1p31, here), "fill: the number 2.14748e+09 cannot be represented as i32, at a.cpp:1",
                       ValueError);
  CHECK_THROWS_AS(fill(row, 256), ValueError);
  CHECK_THROWS_WITH_AS(x.set({0}, 0.5, here), "set: the number 0.5 cannot be represented as i32, at a.cpp:1", ValueError);
  for (double number : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 0x1p63, -0x1.8p63})
    CHECK_THROWS_AS(full({1}, number, DType::i64), ValueError);
  CHECK_THROWS_AS(full({1}, (std::int64_t{1} << 53) + 1, DType::i64), ValueError);
  CHECK(full({1}, -0x1p63, DType::i64).span<std::int64_t>()[0] == std::numeric_limits<std::int64_t>::min());
  CHECK(equal_bits(full({1}, 0.5, DType::boolean), tensor({1}, DType::boolean)));
}

TEST_CASE("create: casts work between all dtypes") {
  Tensor x = tensor({0, 1, 2.75, 100});
  for (DType from : kDtypes)
    for (DType to : kDtypes) {
      CAPTURE(from);
      CAPTURE(to);
      Tensor source = cast(x, from), result = cast(source, to);
      CHECK(result.dtype() == to);
      for (std::int64_t i = 0; i < 4; ++i) {
        double value = source.at({i});
        double expected = to == DType::boolean ? value != 0
                          : is_floating(to)    ? value
                                               : static_cast<double>(static_cast<int>(value));
        CHECK(result.at({i}) == expected);
      }
    }
  CHECK(cast(x, DType::f32).storage() == x.storage());
  CHECK(equal_bits(cast(tensor({-2.9, 2.9}), DType::i32), tensor({-2, 2}, DType::i32)));
}

TEST_CASE("create: casts to integers saturate, and NaN is 0") {
  constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  auto check_ends = [&]<class T>(T) {
    const T most = std::numeric_limits<T>::max(), least = std::numeric_limits<T>::min();
    for (DType from : {DType::f32, DType::f64}) {
      CAPTURE(from);
      // Sizes above one register, contiguous and not.
      const Tensor ends = repeat(tensor({1e30, -1e30, infinity, -infinity, nan, -nan, -0.5, 100.9}, from), {5});
      const Tensor right = repeat(tensor(std::vector<T>{most, least, most, least, 0, 0, 0, 100}), {5});
      CHECK(equal_bits(cast(ends, dtype_of<T>()), right));
      CHECK(equal_bits(cast(flip(ends, {0}), dtype_of<T>()), flip(right, {0})));
      Tensor target = zeros({40}, dtype_of<T>());
      copy_to(target, ends);
      CHECK(equal_bits(target, right));
    }
    // The ends of the range, and the first numbers outside.
    const double above = std::ldexp(1.0, std::numeric_limits<T>::digits);
    CHECK(cast(tensor({above}, DType::f64), dtype_of<T>()).template span<T>()[0] == most);
    CHECK(cast(tensor({static_cast<double>(least)}, DType::f64), dtype_of<T>()).template span<T>()[0] == least);
  };
  check_ends(std::int64_t{});
  check_ends(std::int32_t{});
  check_ends(std::uint8_t{});
  CHECK(equal_bits(cast(tensor({-1, 0, 255, 256, 1 << 20}, DType::i64), DType::u8), tensor({0, 0, 255, 255, 255}, DType::u8)));
  CHECK(equal_bits(cast(tensor({0x1p40, -0x1p40, 7}, DType::i64), DType::i32), tensor({0x1p31 - 1, -0x1p31, 7}, DType::i32)));
}

TEST_CASE("create: casts to bool are exact even for denormals") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor right = tensor({1, 1, 0, 0, 1, 1}, DType::boolean);
  auto check = [&] {
    CHECK(equal_bits(cast(tensor({1e-40, -1e-45, 0.0, -0.0, nan, 0.5}), DType::boolean), right));
    CHECK(equal_bits(cast(tensor({1e-310, -5e-324, 0.0, -0.0, nan, 0.5}, DType::f64), DType::boolean), right));
    CHECK(cast(tensor({1e-40}), DType::f64).item() == static_cast<double>(1e-40f));
  };
  for (int threads : {1, 2}) {
    set_threads(threads);
    check();
    KeepDenormals keep;
    check();
  }
  set_threads(1);
}
