#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace weft;

namespace {
const double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();
}

TEST_CASE("max_difference: a NaN on either side gives NaN") {
  const Tensor zero = zeros({3});
  for (const Tensor& x : {tensor({kNan, 1, 2}), tensor({1, kNan, 2}), tensor({1, 2, kNan})}) {
    CHECK(std::isnan(max_difference(x, zero)));
    CHECK(std::isnan(max_difference(zero, x)));
    CHECK(std::isnan(max_difference(x, x)));
  }
}

TEST_CASE("max_difference: it is the largest difference, and equal infinities have a difference of 0") {
  CHECK(max_difference(tensor({1, -5, 2}), tensor({1, 2, 4})) == 7);
  CHECK(max_difference(tensor({1, 2}, DType::i64), tensor({1, 4}, DType::f64)) == 2);
  CHECK(max_difference(zeros({0}), zeros({0})) == 0);
  CHECK(max_difference(tensor({kInfinity, -kInfinity, 1}), tensor({kInfinity, -kInfinity, 2})) == 1);
  CHECK(max_difference(tensor({kInfinity}), tensor({-kInfinity})) == kInfinity);
  CHECK(max_difference(tensor({kInfinity}), tensor({3})) == kInfinity);
  CHECK_THROWS_WITH_AS(max_difference(zeros({2}), zeros({3}), {"a.cpp", 1}),
                       "max_difference: shapes differ: [2] and [3], at a.cpp:1", ShapeError);
}

TEST_CASE("all_close: accepts differences within the tolerances and equal infinities, but never NaN") {
  CHECK(all_close(tensor({1, 100}), tensor({1.5, 150}), 0.5, 0));
  CHECK_FALSE(all_close(tensor({1, 100}), tensor({1.5, 250}), 0.5, 0));
  CHECK(all_close(tensor({0, 1}), tensor({0.1, 1}), 0, 0.2));
  CHECK_FALSE(all_close(zeros({2}), zeros({2, 1})));
  CHECK(all_close(tensor({kInfinity, -kInfinity}), tensor({kInfinity, -kInfinity})));
  CHECK_FALSE(all_close(tensor({kInfinity}), tensor({-kInfinity})));
  CHECK_FALSE(all_close(tensor({kInfinity}), tensor({1})));
  CHECK_FALSE(all_close(tensor({1}), tensor({kInfinity})));
  CHECK_FALSE(all_close(tensor({kNan}), tensor({kNan})));
  CHECK_FALSE(all_close(tensor({kNan}), tensor({1}), kInfinity, kInfinity));
}

TEST_CASE("equal_bits: compares shape, dtype and bytes for any strides") {
  CHECK(equal_bits(transpose(tensor({{1, 2}, {3, 4}})), tensor({{1, 3}, {2, 4}})));
  CHECK_FALSE(equal_bits(tensor({0.0}), tensor({-0.0})));
  CHECK_FALSE(equal_bits(tensor({1}), tensor({1}, DType::i32)));
  CHECK_FALSE(equal_bits(zeros({2}), zeros({1, 2})));
}

TEST_CASE("is_finite") {
  CHECK(is_finite(tensor({1, 2})));
  CHECK(is_finite(ones({2}, DType::i64)));
  CHECK_FALSE(is_finite(tensor({1, kInfinity})));
  CHECK_FALSE(is_finite(slice(tensor({1, 2, kNan}, DType::f64), 0, 0, kEnd, 2)));
}
