#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/pick.h>
#include <weft/tensor/indexing/search.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace weft;

namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();

Tensor i64(std::vector<std::int64_t> x) { return tensor(x); }
Tensor i64(std::vector<std::int64_t> x, const Shape& shape) { return tensor(x, shape); }

}  // namespace

TEST_CASE("nonzero gives the indices in row-major order") {
  CHECK(equal_bits(nonzero(tensor({{0, 2, kNaN}, {1, 0, 0}})), i64({0, 1, 0, 2, 1, 0}, {3, 2})));
  CHECK(equal_bits(nonzero(transpose(tensor({{0, 2}, {1, 0}}))), i64({0, 1, 1, 0}, {2, 2})));
  CHECK(nonzero(zeros({2, 0})).shape() == Shape{0, 2});
  CHECK(nonzero(tensor(3.0)).shape() == Shape{1, 0});
  CHECK_THROWS_WITH_AS(nonzero(Tensor()), doctest::Contains("nonzero: "), ValueError);
}

TEST_CASE("searchsorted finds the place on both sides of equal elements") {
  const Tensor sorted = tensor({1, 2, 2, 5});
  CHECK(equal_bits(searchsorted(sorted, tensor({{0, 2}, {3, 9}})), i64({0, 1, 3, 4}, {2, 2})));
  CHECK(equal_bits(searchsorted(sorted, tensor({2, 5, 1}), true), i64({3, 4, 1})));
  CHECK(equal_bits(bucketize(i64({4, 5}), i64({1, 5})), i64({1, 1})));
  CHECK(equal_bits(searchsorted(tensor({1, kNaN}), tensor({kNaN, 0})), i64({1, 0})));
  CHECK(equal_bits(searchsorted(zeros({0}), tensor({1.0})), i64({0})));
  CHECK_THROWS_WITH_AS(searchsorted(tensor({1, 3, 2}), tensor({1.0})),
                       doctest::Contains("searchsorted: the sequence does not ascend at 2"), ValueError);
  CHECK_THROWS_AS(searchsorted(zeros({2, 2}), tensor({1.0})), ShapeError);
  CHECK_THROWS_AS(searchsorted(sorted, i64({1})), DtypeError);
}

TEST_CASE("unique gives values, where they occur and how often") {
  const Unique found = unique(i64({3, 1, 3, 2, 1, 3}, {2, 3}));
  CHECK(equal_bits(found.values, i64({1, 2, 3})));
  CHECK(equal_bits(found.inverse, i64({2, 0, 2, 1, 0, 2}, {2, 3})));
  CHECK(equal_bits(found.counts, i64({2, 1, 3})));
  CHECK(unique(tensor({kNaN, 1, kNaN})).counts.numel() == 3);
  CHECK(unique(zeros({0})).values.shape() == Shape{0});
  CHECK(equal_bits(unique(tensor({0.0, -0.0})).counts, i64({2})));
}

TEST_CASE("bincount and histc") {
  CHECK(equal_bits(bincount(i64({1, 4, 1})), i64({0, 2, 0, 0, 1})));
  CHECK(equal_bits(bincount(i64({1}), 3), i64({0, 1, 0})));
  CHECK(bincount(i64({})).shape() == Shape{0});
  CHECK(equal_bits(histc(tensor({0, 0.5, 1, 1.5, 2, 3, -1, kNaN}), 2, 0, 2), i64({2, 3})));
  CHECK_THROWS_WITH_AS(bincount(i64({1, -2})), doctest::Contains("bincount: -2 is negative"), ValueError);
  CHECK_THROWS_AS(bincount(tensor({1.0})), DtypeError);
  CHECK_THROWS_WITH_AS(histc(tensor({1.0}), 0, 0, 1), doctest::Contains("histc: there cannot be 0 bins from 0 to 1"), ValueError);
  CHECK_THROWS_AS(histc(tensor({1.0}), 2, 1, 1), ValueError);
}

TEST_CASE("picking and changing slices: counts by slice, negative numbers, and errors") {
  const Tensor x = i64({1, 2, 3});
  CHECK(equal_bits(repeat_interleave(x, i64({2, 0, 1})), i64({1, 1, 3})));
  CHECK(repeat_interleave(x, 0).shape() == Shape{0});
  CHECK(equal_bits(take(i64({1, 2, 3, 4}, {2, 2}), i64({-1, 0})), i64({4, 1})));
  CHECK(equal_bits(index_fill(x, 0, i64({-1}), 9), i64({1, 2, 9})));
  CHECK(equal_bits(index_add(x, 0, i64({0, 0}), i64({5, 6})), i64({12, 2, 3})));
  const Tensor mask = tensor({1, 0, 1}) != 0;
  CHECK(equal_bits(masked_select(i64({7}), mask), i64({7, 7})));
  CHECK_THROWS_WITH_AS(repeat_interleave(x, -1), doctest::Contains("repeat_interleave: -1 repeats are asked for"), ValueError);
  CHECK_THROWS_AS(repeat_interleave(x, i64({1, 2})), ShapeError);
  CHECK_THROWS_AS(take(x, i64({3})), IndexError);
  CHECK_THROWS_AS(index_fill(x, 1, i64({0}), 9), IndexError);
  CHECK_THROWS_AS(index_add(zeros({2, 3}), 0, i64({0}), zeros({1, 2})), ShapeError);
  CHECK_THROWS_AS(masked_select(x, x), DtypeError);
  CHECK_THROWS_AS(masked_select(x, tensor({1, 0}) != 0), ShapeError);
}
