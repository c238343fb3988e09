#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "tests/numbers.h"

using namespace weft;

namespace {

// Returns the elements in row-major order, read one by one.
std::vector<double> listed(const Tensor& x) {
  std::vector<double> values;
  for (std::int64_t n = 0; n < x.numel(); ++n) {
    std::int64_t at = 0, rest = n;
    for (int axis = x.dims() - 1; axis >= 0; --axis) {
      at += rest % x.shape()[axis] * x.strides()[axis];
      rest /= x.shape()[axis];
    }
    values.push_back(static_cast<double>(x.data<std::int64_t>()[at]));
  }
  return values;
}

Tensor random_view(Numbers& random) {
  Shape shape;
  for (std::int64_t dims = 1 + random.below(4); dims > 0; --dims) shape.push_back(1 + random.below(5));
  Tensor x = reshape(arange(shape.numel()), shape);
  for (std::int64_t changes = random.below(5); changes > 0; --changes) {
    auto axis = [&] { return static_cast<int>(random.below(x.dims())); };
    switch (random.below(6)) {
      case 0:
        x = transpose(x, axis(), axis());
        break;
      case 1:
        x = slice(x, axis(), random.below(5) - 2, kEnd, 1 + random.below(3));
        break;
      case 2:
        x = slice(x, axis(), -1, kEnd, -1 - random.below(2));
        break;
      case 3:
        x = slice(x, axis(), 0, random.below(6));
        break;
      case 4:
        if (x.dims() < 6) x = unsqueeze(x, axis());
        break;
      default: {
        int repeated = axis();
        Shape wider = x.shape();
        if (wider[repeated] == 1) wider[repeated] = 3;
        x = expand(x, wider);
      }
    }
  }
  return x;
}

// Returns another shape with the same number of elements.
Shape random_shape(Numbers& random, std::int64_t numel) {
  Shape shape;
  while (numel > 1 && shape.dims() < 5) {
    std::int64_t factor = 1 + random.below(6);
    if (numel % factor) continue;
    shape.push_back(factor);
    numel /= factor;
  }
  shape.push_back(numel);
  if (random.below(2)) shape.insert(static_cast<int>(random.below(shape.dims())), 1);
  return shape;
}

}  // namespace

TEST_CASE("views: reshape, copies and casts of random views equal a plain loop") {
  Numbers random(1);
  int shared = 0;
  for (int i = 0; i < 3000; ++i) {
    Tensor x = random_view(random);
    CAPTURE(x.shape());
    CAPTURE(x.strides());
    std::vector<double> expected = listed(x);
    Shape shape = random_shape(random, x.numel());
    CAPTURE(shape);
    Tensor reshaped = reshape(x, shape);
    REQUIRE(reshaped.shape() == shape);
    REQUIRE(listed(reshaped) == expected);
    shared += reshaped.storage() == x.storage();
    Tensor copy = clone(x);
    REQUIRE(copy.is_contiguous());
    REQUIRE(listed(copy) == expected);
    REQUIRE(listed(cast(cast(x, DType::f64), DType::i64)) == expected);
    Tensor target = zeros(x.shape(), DType::i64);
    copy_to(target, x);
    REQUIRE(listed(target) == expected);
    if (x.is_contiguous()) REQUIRE(reshaped.storage() == x.storage());
  }
  CHECK(shared > 1000);
}

TEST_CASE("views: reshape shares memory if the strides allow it") {
  Tensor x = reshape(arange(24), {2, 3, 4});
  CHECK(reshape(x, {6, 4}).storage() == x.storage());
  CHECK(reshape(x, {-1}).shape() == Shape{24});
  CHECK(reshape(x, {4, -1}).shape() == Shape{4, 6});
  Tensor turned = transpose(x, 0, 1);  // [3, 2, 4]
  CHECK(reshape(turned, {3, 2, 2, 2}).storage() == x.storage());
  CHECK(reshape(turned, {3, 8}).storage() != x.storage());
  CHECK(reshape(slice(x, 2, 0, 2), {2, 3, 1, 2}).storage() == x.storage());
  CHECK(reshape(slice(x, 2, 0, 2), {6, 2}).storage() == x.storage());
  CHECK(reshape(slice(x, 2, 0, 2), {12}).storage() != x.storage());
  Tensor flat = reshape(x, {24});
  flat.set({5}, -1);
  CHECK(x.at({0, 1, 1}) == -1);

  CHECK_THROWS_WITH_AS(reshape(x, {5, 5}, {"a.cpp", 1}),
                       "reshape: [2, 3, 4] has 24 elements, which do not fit shape [5, 5], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(reshape(x, {-1, -1}, {"a.cpp", 1}),
                       "reshape: [-1, -1] has more than one -1 or a negative size, at a.cpp:1", ShapeError);
  CHECK_THROWS_AS(reshape(x, {-2, 12}), ShapeError);
  CHECK_THROWS_AS(reshape(x, {7, -1}), ShapeError);
  CHECK_THROWS_AS(reshape(zeros({0}), {0, -1}), ShapeError);
}

TEST_CASE("views: empty views work") {
  Tensor none = zeros({2, 0, 3});
  CHECK(reshape(none, {0}).shape() == Shape{0});
  CHECK(reshape(none, {-1, 3}).shape() == Shape{0, 3});
  CHECK(transpose(none).shape() == Shape{2, 3, 0});
  CHECK(reshape(transpose(none), {5, 0}).shape() == Shape{5, 0});
  CHECK(reshape(expand(zeros({2, 1, 0}), {2, 4, 0}), {8, 0}).shape() == Shape{8, 0});
  CHECK(slice(none, 1, 0, 5).shape() == Shape{2, 0, 3});
  CHECK(slice(none, 1, -1, kEnd, -1).shape() == Shape{2, 0, 3});
  CHECK(clone(none).shape() == Shape{2, 0, 3});
  CHECK(none.is_contiguous());
  CHECK(transpose(none).is_contiguous());
  CHECK_THROWS_AS(select(none, 1, 0), IndexError);
}

TEST_CASE("views: slices follow Python, for every start, stop and step") {
  // Returns the elements of Python's slice start:stop:step of n elements; start and stop may be missing.
  auto python = [](std::int64_t n, std::int64_t start, std::int64_t stop, std::int64_t step) {
    std::vector<double> picked;
    auto clamp = [&](std::int64_t i) {
      return std::max<std::int64_t>(std::min(i < 0 ? i + n : i, step > 0 ? n : n - 1), step > 0 ? 0 : -1);
    };
    std::int64_t last = stop == kEnd ? (step > 0 ? n : -1) : clamp(stop);
    for (std::int64_t i = clamp(start); step > 0 ? i < last : i > last; i += step) picked.push_back(static_cast<double>(i));
    return picked;
  };
  for (std::int64_t n : {0, 1, 5}) {
    Tensor x = arange(n);
    for (std::int64_t start = -7; start <= 7; ++start)
      for (std::int64_t step : {-3, -2, -1, 1, 2, 3, 7}) {
        for (std::int64_t stop = -7; stop <= 7; ++stop)
          REQUIRE(listed(slice(x, 0, start, stop, step)) == python(n, start, stop, step));
        REQUIRE(listed(slice(x, 0, start, kEnd, step)) == python(n, start, kEnd, step));
      }
  }
  constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
  Tensor x = arange(5);
  CHECK(listed(slice(x, 0, 1, kEnd, kEnd)) == std::vector<double>{1});
  CHECK(listed(slice(x, 0, -1, kEnd, smallest)) == std::vector<double>{4});
  CHECK(listed(slice(x, 0, smallest, kEnd, 2)) == std::vector<double>{0, 2, 4});
  CHECK(listed(slice(x, 0, kEnd - 1, smallest, -2)) == std::vector<double>{4, 2, 0});
  CHECK_THROWS_WITH_AS(slice(x, 0, 0, 5, 0, {"a.cpp", 1}), "slice: step is 0, at a.cpp:1", ValueError);
  CHECK_THROWS_WITH_AS(slice(x, 1, 0, 5, 1, {"a.cpp", 1}), "slice: axis 1 is outside -1..0, at a.cpp:1", IndexError);
}

TEST_CASE("views: share memory and never copy") {
  Tensor x = zeros({4, 6}, DType::i64);
  std::vector<Tensor> views{transpose(x),
                            permute(x, {1, 0}),
                            slice(x, 1, 1, 5, 2),
                            slice(x, 0, -1, kEnd, -1),
                            select(x, 0, 2),
                            expand(unsqueeze(x, 0), {3, 4, 6}),
                            squeeze(unsqueeze(x, 1), 1)};
  for (Tensor& view : views) {
    CHECK(view.storage() == x.storage());
    fill(x, 0);
    view.set(view.dims() == 1   ? std::initializer_list<std::int64_t>{1}
             : view.dims() == 2 ? std::initializer_list<std::int64_t>{1, 1}
                                : std::initializer_list<std::int64_t>{1, 1, 1},
             7);
    std::vector<double> all = listed(x);
    CHECK(std::count(all.begin(), all.end(), 7) == 1);
  }
}

TEST_CASE("views: permute, select, expand, squeeze and unsqueeze give the right elements") {
  Tensor x = reshape(arange(24), {2, 3, 4});
  Tensor turned = permute(x, {2, 0, -2});
  CHECK(turned.shape() == Shape{4, 2, 3});
  CHECK(turned.at({3, 1, 2}) == x.at({1, 2, 3}));
  CHECK(select(x, -1, -1).at({1, 2}) == x.at({1, 2, 3}));
  CHECK(expand(tensor({{1}, {2}}), {3, -1, 4}).shape() == Shape{3, 2, 4});
  CHECK(expand(tensor(5), {2, 2}).at({1, 0}) == 5);
  CHECK(expand(x, {2, 3, 4}).storage() == x.storage());
  CHECK(expand(zeros({1}), {0}).numel() == 0);
  CHECK(unsqueeze(x, -1).shape() == Shape{2, 3, 4, 1});
  CHECK(unsqueeze(x, 1).shape() == Shape{2, 1, 3, 4});
  CHECK(unsqueeze(tensor(1), 0).shape() == Shape{1});
  CHECK(squeeze(tensor({{1, 2}}), 0).shape() == Shape{2});

  CHECK_THROWS_WITH_AS(permute(x, {0, 1}, {"a.cpp", 1}), "permute: 2 axes for shape [2, 3, 4], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(permute(x, {0, 1, -2}, {"a.cpp", 1}), "permute: axis 1 is given twice, at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(transpose(x, 0, 3, {"a.cpp", 1}), "transpose: axis 3 is outside -3..2, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(select(x, 1, 3, {"a.cpp", 1}), "select: index 3 is outside -3..2, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(expand(x, {2, 3, 5}, {"a.cpp", 1}), "expand: [2, 3, 4] does not broadcast to [2, 3, 5], at a.cpp:1",
                       ShapeError);
  CHECK_THROWS_AS(expand(x, {3, 4}), ShapeError);
  CHECK_THROWS_AS(expand(tensor({1, 2}), {-1, 2}), ShapeError);
  CHECK_THROWS_AS(expand(tensor({1, 2}), {2, 1}), ShapeError);
  CHECK_THROWS_WITH_AS(squeeze(x, 1, {"a.cpp", 1}), "squeeze: axis 1 of [2, 3, 4] has size 3, not 1, at a.cpp:1", ShapeError);
  CHECK_THROWS_AS(transpose(tensor({1, 2})), IndexError);
}
