// Sizes that are too large for any memory are errors in every function that makes a shape.
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/join.h>

#include <doctest/doctest.h>

#include <limits>

using namespace weft;

namespace {
constexpr std::int64_t kLarge = std::int64_t{1} << 32, kHuge = std::int64_t{1} << 50;
const Where kLine{"a.cpp", 1};
}  // namespace

TEST_CASE("sizes: their product is checked for overflow, even with a size of 0") {
  CHECK_THROWS_WITH_AS(reshape(zeros({0}), {kLarge, kLarge}, kLine), "reshape: too large: [4294967296, 4294967296], at a.cpp:1",
                       ShapeError);
  CHECK_THROWS_AS(reshape(zeros({0}), {kLarge, kLarge, 0}), ShapeError);
  CHECK_THROWS_AS(reshape(zeros({0}), {kLarge, kLarge, -1}), ShapeError);
  CHECK_THROWS_WITH_AS(expand(zeros({1, 1}), {kLarge, kLarge}, kLine), "expand: too large: [4294967296, 4294967296], at a.cpp:1",
                       ShapeError);
  CHECK_THROWS_AS(expand(zeros({1, 1, 0}), {kLarge, kLarge, 0}), ShapeError);
  CHECK_THROWS_AS(repeat(zeros({1, 1}), {kLarge, kLarge}), ShapeError);
  CHECK_THROWS_AS(pad(zeros({1}), {{kLarge, std::numeric_limits<std::int64_t>::max()}}), ShapeError);
  CHECK_THROWS_AS(zeros({kLarge, kLarge}), ShapeError);
  CHECK_THROWS_AS(zeros({kLarge, kLarge, 0}), ShapeError);
  CHECK_THROWS_AS(eye(kLarge), ShapeError);
  CHECK_THROWS_AS(tensor(std::vector<float>{}, {kLarge, kLarge}), ShapeError);
  CHECK_THROWS_AS(uniform({kLarge, kLarge}), ShapeError);
  CHECK(expand(zeros({1}), {kLarge}).numel() == kLarge);
}

TEST_CASE("sizes: negative sizes are refused") {
  float number = 1;
  CHECK_THROWS_WITH_AS(borrow(&number, {-2}, kLine), "borrow: a size is negative: [-2], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(full({2, -1}, 3, DType::f32, kLine), "tensor: a size is negative: [2, -1], at a.cpp:1", ShapeError);
  CHECK_THROWS_AS(reshape(zeros({4}), {-2, -2}), ShapeError);
  CHECK_THROWS_AS(expand(zeros({1}), {-3}), ShapeError);
}

TEST_CASE("sizes: the error for lack of memory names shape, dtype and the user's line") {
  CHECK_THROWS_WITH_AS(zeros({kHuge}, DType::f32, kLine),
                       "tensor: no memory for [1125899906842624] f32, 4503599627370496 bytes, at a.cpp:1", Error);
  CHECK_THROWS_WITH_AS(one_hot(zeros({1}, DType::i64), kHuge, DType::f32, kLine),
                       "tensor: no memory for [1, 1125899906842624] f32, 4503599627370496 bytes, at a.cpp:1", Error);
  CHECK_THROWS_WITH_AS(normal({kHuge}, 0, 1, DType::f64, default_generator(), kLine),
                       doctest::Contains("f64, 9007199254740992 bytes, at a.cpp:1"), Error);
}

TEST_CASE("sizes: functions that create tensors name the caller's line") {
  for (auto make : {+[] { zeros({-1}); }, +[] { ones({-1}); }, +[] { full({-1}, 2); }, +[] { eye(-1); },
                    +[] { arange(0, std::numeric_limits<double>::infinity()); }, +[] { normal({-1}); }, +[] { uniform({-1}); },
                    +[] { bernoulli({-1}, 0.5); }, +[] { randint(0, 2, {-1}); }, +[] { (void)Tensor().item(); },
                    +[] { (void)tensor(1).data<double>(); },
                    +[] {
                      tensor({{1, 2}, {3}});
                    }})
    CHECK_THROWS_WITH_AS(make(), doctest::Contains(", at sizes_test.cpp:"), Error);
}

TEST_CASE("arange: a range of too many numbers is refused") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(arange(0, infinity, 1, DType::f32, kLine), "arange: from 0 to inf by 1 are too many numbers, at a.cpp:1",
                       ValueError);
  CHECK_THROWS_AS(arange(0, std::numeric_limits<double>::quiet_NaN()), ValueError);
  CHECK(arange(0, -infinity).numel() == 0);
}
