#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/create_like.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/axes.h>
#include <weft/tensor/indexing/order.h>
#include <weft/tensor/indexing/scan.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace weft;

namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();

Tensor i64(std::vector<std::int64_t> x) { return tensor(x); }
Tensor bools(const std::vector<double>& x) { return cast(tensor(x), DType::boolean); }

}  // namespace

TEST_CASE("products of integers and bools, of several axes and of none") {
  const Tensor x = tensor(std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(prod(x).item() == 720);
  CHECK(equal_bits(prod(x, 0), i64({4, 10, 18})));
  CHECK(equal_bits(prod(x, {0, 1}, true), tensor(std::vector<std::int64_t>{720}, {1, 1})));
  CHECK(equal_bits(cumprod(x, 1), tensor(std::vector<std::int64_t>{1, 2, 6, 4, 20, 120}, {2, 3})));
  CHECK(equal_bits(prod(bools({1, 1, 0})), tensor(std::vector<std::int64_t>{0}, Shape{})));
  CHECK(equal_bits(prod(zeros({0, 2}), 0), ones({2})));
  CHECK(prod(tensor(5.0)).item() == 5);
  CHECK_THROWS_AS(prod(x, 2), IndexError);
  CHECK_THROWS_WITH_AS(cumprod(x, 2), doctest::Contains("cumprod: axis 2 is outside -2..1"), IndexError);
}

TEST_CASE("running maxima: positions, equal elements and NaN") {
  const Tensor x = tensor({1, 3, 3, 2, 5, kNaN, 9});
  const auto [values, indices] = cummax(x);
  CHECK(equal_bits(indices, i64({0, 1, 2, 2, 4, 5, 5})));
  CHECK(equal_bits(slice(values, 0, 0, 5), tensor({1, 3, 3, 3, 5})));
  CHECK(std::isnan(values.at({6})));
  CHECK(equal_bits(cummin(tensor({{3, 5}, {4, 1}, {3, 2}}), 0).indices,
                   tensor(std::vector<std::int64_t>{0, 0, 0, 1, 2, 1}, {3, 2})));
  CHECK(equal_bits(cummax(i64({2, 1, 4})).values, i64({2, 2, 4})));
  CHECK(cummax(tensor(2.0)).indices.item() == 0);
}

TEST_CASE("products and scans of one element have memory of their own") {
  const Tensor x = tensor({{5.0}});
  for (const Tensor& y :
       {prod(x, 1, true), cumprod(x), logcumsumexp(x), cummax(x).values, diff(x, 0), cummin(tensor(3.0)).values})
    CHECK(y.raw() != x.raw());
  const Tensor scalar = tensor(2.0);
  CHECK(prod(scalar).raw() != scalar.raw());
}

TEST_CASE("diff: several times, along axes, and errors") {
  const Tensor x = i64({1, 4, 9, 16});
  CHECK(equal_bits(diff(x), i64({3, 5, 7})));
  CHECK(equal_bits(diff(x, 2), i64({2, 2})));
  CHECK(equal_bits(diff(x, 0), x));
  CHECK(diff(x, 9).shape() == Shape{0});
  CHECK(equal_bits(diff(tensor({{1, 2}, {4, 8}}), 1, 0), tensor({{3, 6}})));
  CHECK_THROWS_WITH_AS(diff(x, -1), doctest::Contains("diff: n is -1"), ValueError);
  CHECK_THROWS_AS(diff(tensor(1.0)), ShapeError);
}

TEST_CASE("order statistics: integers, NaN, and errors") {
  CHECK(median(i64({4, 1, 3, 2})).item() == 2);
  CHECK(std::isnan(median(tensor({1, kNaN, 2})).item()));
  CHECK(std::isnan(quantile(tensor({1, kNaN, 2}), 0).item()));
  CHECK(quantile(i64({1, 2, 4}), 0.75).item() == 3);
  CHECK(quantile(i64({1, 2, 4}), 0.75).dtype() == DType::f32);
  CHECK(quantile(tensor({1, 2, 4}), 1).item() == 4);
  CHECK(median(tensor(7.0)).item() == 7);
  const auto [value, index] = kthvalue(tensor({{3, 1, 2}, {9, 7, 8}}), 3);
  CHECK(equal_bits(value, tensor({3, 9})));
  CHECK(equal_bits(index, i64({0, 0})));
  CHECK_THROWS_WITH_AS(kthvalue(i64({1, 2}), 3), doctest::Contains("kthvalue: k is 3, outside 1 .. 2"), ValueError);
  CHECK_THROWS_WITH_AS(quantile(tensor({1.0}), 1.5), doctest::Contains("quantile: q is 1.5, outside 0 .. 1"), ValueError);
  CHECK_THROWS_AS(median(zeros({2, 0})), ShapeError);
}

TEST_CASE("axes: scalars, empty diagonals and errors") {
  CHECK(flatten(tensor(3.0)).shape() == Shape{1});
  CHECK(flatten(zeros({2, 3, 4}), 0, 1).shape() == Shape{6, 4});
  CHECK(diagonal(zeros({3, 3}), 5).shape() == Shape{0});
  CHECK(diagonal(zeros({2, 3, 4}), -7, 1, 2).shape() == Shape{2, 0});
  CHECK(chunk(zeros({5}), 3).size() == 3);
  CHECK(chunk(zeros({2}), 5).size() == 2);
  CHECK(chunk(zeros({0, 2}), 3).size() == 1);
  CHECK(equal_bits(movedim(tensor({{1, 2}, {3, 4}}), 0, -1), tensor({{1, 3}, {2, 4}})));
  CHECK(equal_bits(diag(i64({1, 2}), 1), tensor(std::vector<std::int64_t>{0, 1, 0, 0, 0, 2, 0, 0, 0}, {3, 3})));
  const Tensor x = zeros({2, 6});
  CHECK_THROWS_WITH_AS(flatten(x, 1, 0), doctest::Contains("flatten: the last axis 0 is before the first, 1"), ShapeError);
  CHECK_THROWS_WITH_AS(flatten(x, 2), doctest::Contains("flatten: axis 2 is outside -2..1"), IndexError);
  CHECK_THROWS_WITH_AS(unflatten(x, 1, {4, -1}), doctest::Contains("unflatten: axis 1 of [2, 6] does not split into [4, -1]"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(unflatten(x, 1, {-1, -1}), doctest::Contains("one may be -1"), ShapeError);
  CHECK_THROWS_WITH_AS(diagonal(x, 0, 1, 1), doctest::Contains("diagonal: both axes are 1"), ShapeError);
  CHECK_THROWS_WITH_AS(chunk(x, 0), doctest::Contains("chunk: there must be at least one chunk, not 0"), ValueError);
  CHECK_THROWS_AS(diag(zeros({2, 3, 4})), ShapeError);
  CHECK_THROWS_AS(outer(x, x), ShapeError);
  CHECK_THROWS_AS(trace(zeros({3})), ShapeError);
}

TEST_CASE("linspace and tensors like others") {
  CHECK(equal_bits(linspace(0, 1, 5), tensor({0, 0.25, 0.5, 0.75, 1})));
  CHECK(equal_bits(linspace(3, -3, 3, DType::f64), tensor({3, 0, -3}, DType::f64)));
  CHECK(equal_bits(linspace(2, 9, 1), tensor({2.0})));
  CHECK(linspace(0, 1, 0).shape() == Shape{0});
  CHECK(linspace(0, 0.1, 7).at({6}) == static_cast<double>(0.1f));
  CHECK_THROWS_WITH_AS(linspace(0, 1, -1), doctest::Contains("linspace: the number of steps is -1"), ValueError);
  CHECK_THROWS_AS(linspace(0, 1, 2, DType::i64), DtypeError);
  const Tensor x = zeros({2, 3}, DType::i32);
  CHECK(equal_bits(ones_like(x), ones({2, 3}, DType::i32)));
  CHECK(equal_bits(zeros_like(x), x));
  CHECK(equal_bits(full_like(x, 7), full({2, 3}, 7, DType::i32)));
  CHECK_THROWS_WITH_AS(zeros_like(Tensor()), doctest::Contains("zeros_like: "), ValueError);
}
