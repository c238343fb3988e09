#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <limits>

#include "tests/numbers.h"

using namespace weft;

TEST_CASE("concat joins along any axis") {
  Tensor a = tensor({{1, 2}, {3, 4}}), b = tensor({{5, 6}});
  CHECK(equal_bits(concat({a, b}), tensor({{1, 2}, {3, 4}, {5, 6}})));
  CHECK(equal_bits(concat({a, a}, 1), tensor({{1, 2, 1, 2}, {3, 4, 3, 4}})));
  CHECK(equal_bits(concat({a, a}, -1), concat({a, a}, 1)));
  CHECK(equal_bits(concat({a}), a));
  CHECK(equal_bits(concat(std::vector<Tensor>{a, b, a}), tensor({{1, 2}, {3, 4}, {5, 6}, {1, 2}, {3, 4}})));
}

TEST_CASE("concat agrees with a loop for views, empty parts and any number of threads") {
  Numbers random(1);
  for (int axis = 0; axis < 3; ++axis)
    for (int count : {1, 2, 3}) {
      set_threads(count);
      Shape shape{5, 7, 33}, empty = shape;
      empty[axis] = 0;
      Tensor whole = random.tensor(shape, DType::f32), turned = transpose(random.tensor({33, 7, 5}, DType::f32), 0, 2);
      Tensor joined = concat({whole, Tensor(empty, DType::f32), turned, flip(whole, {axis})}, axis);
      std::int64_t size = shape[axis];
      CHECK(joined.size(axis) == 3 * size);
      CHECK(equal_bits(slice(joined, axis, 0, size), whole));
      CHECK(equal_bits(slice(joined, axis, size, 2 * size), turned));
      CHECK(equal_bits(slice(joined, axis, 2 * size), flip(whole, {axis})));
    }
  set_threads(1);
}

TEST_CASE("concat and stack work for every dtype") {
  for (DType dtype : {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8, DType::boolean}) {
    Tensor a = tensor({1, 0, 1}, dtype);
    CHECK(equal_bits(concat({a, a}), tensor({1, 0, 1, 1, 0, 1}, dtype)));
    CHECK(equal_bits(stack({a, a}), tensor({{1, 0, 1}, {1, 0, 1}}, dtype)));
  }
}

TEST_CASE("concat accepts empty parts") {
  const Tensor nothing = tensor({}), a = tensor({{1, 2}, {3, 4}});
  CHECK(equal_bits(concat({nothing, a}), a));
  CHECK(equal_bits(concat({a, nothing, a}, -1), concat({a, a}, -1)));
  CHECK(equal_bits(concat({nothing, nothing}), nothing));
  CHECK(equal_bits(concat({nothing, tensor({1, 2})}), tensor({1, 2})));
  CHECK_THROWS_AS(concat({zeros({0}, DType::i64), a}), DtypeError);
  CHECK_THROWS_AS(concat({zeros({0, 3}), a}), ShapeError);
}

TEST_CASE("concat: errors name mismatched shapes") {
  Tensor a = zeros({2, 3});
  CHECK_THROWS_WITH_AS(concat(std::vector<Tensor>{}, 0, {"a.cpp", 1}), "concat: no parts, at a.cpp:1", ValueError);
  CHECK_THROWS_WITH_AS(concat({a, zeros({2, 4})}, 0, {"a.cpp", 1}),
                       "concat: shapes differ outside axis 0: part 0 is [2, 3], part 1 is [2, 4], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(concat({a, zeros({2})}, 0, {"a.cpp", 1}),
                       "concat: shapes differ outside axis 0: part 0 is [2, 3], part 1 is [2], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(concat({a, zeros({2, 3}, DType::i64)}, 0, {"a.cpp", 1}),
                       "concat: dtypes differ: part 0 is f32, part 1 is i64, at a.cpp:1", DtypeError);
  CHECK_THROWS_WITH_AS(concat({a}, 2, {"a.cpp", 1}), "concat: axis 2 is outside -2..1, at a.cpp:1", IndexError);
  CHECK_THROWS_AS(concat({tensor(1), tensor(2)}), IndexError);
}

TEST_CASE("stack adds an axis, and unbind splits it") {
  Numbers random(2);
  Tensor a = random.tensor({4, 5}), b = transpose(random.tensor({5, 4}));
  for (int axis : {0, 1, 2, -1, -2, -3}) {
    Tensor both = stack({a, b}, axis);
    CHECK(both.size(axis) == 2);
    std::vector<Tensor> parts = unbind(both, axis);
    REQUIRE(parts.size() == 2);
    CHECK(equal_bits(parts[0], a));
    CHECK(equal_bits(parts[1], b));
    CHECK(parts[0].storage() == both.storage());
  }
  CHECK(equal_bits(stack({tensor(1), tensor(2)}), tensor({1, 2})));
  CHECK(unbind(zeros({0, 3})).empty());
  CHECK_THROWS_WITH_AS(stack({a, zeros({4, 6}, DType::f64)}, 0, {"a.cpp", 1}),
                       "stack: shapes differ: part 0 is [4, 5], part 1 is [4, 6], at a.cpp:1", ShapeError);
  CHECK_THROWS_AS(stack(std::vector<Tensor>{}), ValueError);
  CHECK_THROWS_AS(stack({a, b}, 3), IndexError);
}

TEST_CASE("split gives views") {
  Tensor x = reshape(arange(24), {4, 6});
  std::vector<Tensor> parts = split(x, {1, 0, 5}, 1);
  REQUIRE(parts.size() == 3);
  CHECK(equal_bits(parts[0], slice(x, 1, 0, 1)));
  CHECK(parts[1].shape() == Shape{4, 0});
  CHECK(equal_bits(parts[2], slice(x, 1, 1)));
  CHECK(parts[2].storage() == x.storage());
  CHECK(equal_bits(concat(parts, 1), x));

  std::vector<Tensor> even = split(x, 4, -1);
  REQUIRE(even.size() == 2);
  CHECK(even[0].shape() == Shape{4, 4});
  CHECK(even[1].shape() == Shape{4, 2});
  CHECK(split(x, 100).size() == 1);
  CHECK(split(zeros({0}), 3).size() == 1);

  CHECK_THROWS_WITH_AS(split(x, {1, 4}, 1, {"a.cpp", 1}), "split: the sizes add up to 5, axis 1 of [4, 6] has 6, at a.cpp:1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(split(x, {7, -1}, 1, {"a.cpp", 1}), "split: a size is negative: -1, at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(split(x, 0, 1, {"a.cpp", 1}), "split: the size of a piece must be at least 1, not 0, at a.cpp:1",
                       ValueError);
}

TEST_CASE("pad surrounds with a value") {
  Tensor x = tensor({{1, 2}, {3, 4}});
  CHECK(equal_bits(pad(x, {{0, 1}, {1, 0}}), tensor({{0, 1, 2}, {0, 3, 4}, {0, 0, 0}})));
  CHECK(equal_bits(pad(transpose(x), {{1, 0}, {0, 0}}, -1), tensor({{-1, -1}, {1, 3}, {2, 4}})));
  CHECK(equal_bits(pad(zeros({0}, DType::i64), {{1, 2}}, 7), tensor({7, 7, 7}, DType::i64)));
  CHECK_THROWS_WITH_AS(pad(x, {{0, 1}}, 0, {"a.cpp", 1}), "pad: 1 paddings for shape [2, 2], at a.cpp:1", ShapeError);
  CHECK(equal_bits(pad(x, {{0, 1}, {2, -1}}, 9), tensor({{9, 9, 1}, {9, 9, 3}, {9, 9, 9}})));
  CHECK(equal_bits(pad(x, {{-1, 0}, {0, -1}}), tensor({{3}})));
  CHECK(pad(x, {{-1, -1}, {0, 0}}).shape() == Shape{0, 2});
  CHECK_THROWS_WITH_AS(pad(x, {{0, 1}, {-2, -1}}, 0, {"a.cpp", 1}),
                       "pad: axis 1 of [2, 2] is too short for the padding -2, -1, at a.cpp:1", ShapeError);
  for (std::int64_t most : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::min() + 1})
    for (bool before : {false, true})
      CHECK_THROWS_WITH_AS(pad(x, {{0, 0}, {before ? most : 0, before ? 0 : most}}), doctest::Contains("is too short"),
                           ShapeError);
}

TEST_CASE("flip is a view with reversed axes") {
  Tensor x = reshape(arange(6), {2, 3});
  CHECK(equal_bits(flip(x, {0}), tensor({{3, 4, 5}, {0, 1, 2}}, DType::i64)));
  CHECK(equal_bits(flip(x, {-1}), tensor({{2, 1, 0}, {5, 4, 3}}, DType::i64)));
  CHECK(equal_bits(flip(x, {0, 1}), tensor({{5, 4, 3}, {2, 1, 0}}, DType::i64)));
  CHECK(flip(x, {0}).storage() == x.storage());
  CHECK(flip(zeros({0, 3}), {0}).shape() == Shape{0, 3});
  CHECK_THROWS_WITH_AS(flip(x, {0, -2}, {"a.cpp", 1}), "flip: axis -2 is given twice, at a.cpp:1", ValueError);
}

TEST_CASE("repeat tiles, and roll rotates") {
  for (std::int64_t shift : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
    CHECK(equal_bits(roll(tensor({1, 2, 3}), shift, 0), roll(tensor({1, 2, 3}), shift % 3, 0)));
  Tensor x = tensor({{1, 2}, {3, 4}});
  CHECK(equal_bits(repeat(x, {2, 1}), tensor({{1, 2}, {3, 4}, {1, 2}, {3, 4}})));
  CHECK(equal_bits(repeat(x, {1, 3}), tensor({{1, 2, 1, 2, 1, 2}, {3, 4, 3, 4, 3, 4}})));
  CHECK(equal_bits(repeat(transpose(x), {2, 2}),
                   concat({concat({transpose(x), transpose(x)}), concat({transpose(x), transpose(x)})}, 1)));
  CHECK(repeat(x, {0, 2}).shape() == Shape{0, 4});
  CHECK_THROWS_WITH_AS(repeat(x, {2}, {"a.cpp", 1}), "repeat: 1 counts for shape [2, 2], at a.cpp:1", ShapeError);
  CHECK_THROWS_AS(repeat(x, {2, -1}), ValueError);

  CHECK(equal_bits(roll(arange(5), 2), tensor({3, 4, 0, 1, 2}, DType::i64)));
  CHECK(equal_bits(roll(arange(5), -7), tensor({2, 3, 4, 0, 1}, DType::i64)));
  CHECK(equal_bits(roll(arange(5), 0), arange(5)));
  CHECK(equal_bits(roll(x, 1, 1), tensor({{2, 1}, {4, 3}})));
  CHECK(roll(zeros({0}), 3).numel() == 0);
}
