#include <weft/tensor/compare.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/views.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {
constexpr DType kDtypes[] = {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8, DType::boolean};
}

TEST_CASE("create: from nested lists") {
  CHECK(tensor(3).shape() == Shape{});
  CHECK(tensor({3}).shape() == Shape{1});
  CHECK(tensor({{3}}).shape() == Shape{1, 1});
  CHECK(tensor({{1, 2, 3}}).shape() == Shape{1, 3});
  CHECK(tensor({}).shape() == Shape{0});
  CHECK(tensor({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}).at({1, 0, 1}) == 6);
  CHECK(tensor({{{{{{{{7}}}}}}}}).shape() == Shape{1, 1, 1, 1, 1, 1, 1, 1});
  for (DType dtype : kDtypes) {
    Tensor x = tensor({0, 1, true, 2.9f}, dtype);
    CHECK(x.dtype() == dtype);
    CHECK(x.at({1}) == 1);
    CHECK(x.at({3}) == (is_floating(dtype) ? doctest::Approx(2.9) : doctest::Approx(dtype == DType::boolean ? 1 : 2)));
  }
  CHECK_THROWS_WITH_AS(tensor({{1, 2}, {3}}),
                       doctest::Contains("tensor: nested lists differ in shape: [2] and [1], at create_test.cpp:"), ShapeError);
  CHECK_THROWS_AS(tensor({{1, 2}, 3}), ShapeError);
  CHECK_THROWS_WITH_AS(tensor({{{{{{{{{7}}}}}}}}}), doctest::Contains("shape: at most 8 dimensions, got 9"), ShapeError);
}

TEST_CASE("create: from spans and vectors") {
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

TEST_CASE("create: the caller's memory is seen both ways, touch says that it was written") {
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

TEST_CASE("create: zeros, ones, full, eye and fill, for every dtype") {
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

TEST_CASE("create: arange") {
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

TEST_CASE("create: casts between all dtypes") {
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
