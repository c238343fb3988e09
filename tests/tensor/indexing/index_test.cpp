#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

namespace {
Tensor ids(const Nested& numbers, DType dtype = DType::i64) { return tensor(numbers, dtype); }
}  // namespace

TEST_CASE("embedding picks rows for ids of any shape and integer dtype") {
  Tensor weight = tensor({{0, 1}, {2, 3}, {4, 5}});
  for (DType dtype : {DType::i64, DType::i32, DType::u8}) {
    CHECK(equal_bits(embedding(weight, ids({2, 0}, dtype)), tensor({{4, 5}, {0, 1}})));
    CHECK(equal_bits(embedding(weight, ids({{2}, {1}}, dtype)), tensor({{{4, 5}}, {{2, 3}}})));
    CHECK(equal_bits(embedding(weight, ids(1, dtype)), tensor({2, 3})));
  }
  CHECK(equal_bits(embedding(transpose(weight), ids({1})), tensor({{1, 3, 5}})));
  CHECK(embedding(weight, Tensor({0, 4}, DType::i64)).shape() == Shape{0, 4, 2});
}

TEST_CASE("embedding: the error names an id out of range") {
  Tensor weight = zeros({3, 2});
  CHECK_THROWS_WITH_AS(embedding(weight, ids({{0, 1}, {2, 3}}), {"a.cpp", 1}),
                       "embedding: index 3 at position [1, 1] is outside 0..2, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(embedding(weight, ids({0, -1}), {"a.cpp", 1}),
                       "embedding: index -1 at position [1] is outside 0..2, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(embedding(zeros({0, 2}), ids({0}), {"a.cpp", 1}),
                       "embedding: index 0 at position [0] has no valid value: the size is 0, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(embedding(weight, tensor({1, 2}), {"a.cpp", 1}),
                       "embedding: an index must be i64, i32 or u8, not [2] f32, at a.cpp:1", DtypeError);
  CHECK_THROWS_WITH_AS(embedding(zeros({3}), ids({1}), {"a.cpp", 1}),
                       "embedding: the weight must be [rows, dim], got [3], at a.cpp:1", ShapeError);
}

TEST_CASE("the gradient of embedding adds in the order of the ids") {
  Tensor gradient = tensor({{1, 2}, {3, 4}, {5, 6}});
  CHECK(equal_bits(embedding_gradient(gradient, ids({2, 0, 2}), 4), tensor({{3, 4}, {0, 0}, {6, 8}, {0, 0}})));
  CHECK(equal_bits(embedding_gradient(gradient, ids({2, 0, 2}), 4, 2), tensor({{3, 4}, {0, 0}, {0, 0}, {0, 0}})));

  Numbers random(3);
  for (std::int64_t dim : {1, 7, 33, 128}) {
    Tensor at = random.indices({20, 50}, 40), large = random.tensor({20, 50, dim}, DType::f32), sums = zeros({40, dim});
    auto to = sums.write<float>();
    for (std::int64_t i = 0; i < 1000; ++i)
      for (std::int64_t j = 0; j < dim; ++j)
        to[at.span<std::int64_t>()[static_cast<std::size_t>(i)] * dim + j] += large.data<float>()[i * dim + j];
    for (int count : {1, 2, 3}) {
      set_threads(count);
      CHECK(equal_bits(embedding_gradient(large, at, 40), sums));
    }
    set_threads(1);
  }
}

TEST_CASE("index_select replaces an axis by the index's shape, segment_sum adds back") {
  Numbers random(4);
  Tensor x = permute(random.tensor({4, 3, 5}), {1, 2, 0});  // [3, 5, 4]
  for (const Shape& index_shape : {Shape{}, Shape{2}, Shape{2, 3}, Shape{0}})
    for (int axis = 0; axis < 3; ++axis) {
      Tensor index = random.indices(index_shape, x.size(axis)), flat = reshape(index, {-1});
      if (index.numel() == 0) flat = index;
      Tensor picked = index_select(x, axis, index);
      Shape expected;
      for (int i = 0; i < axis; ++i) expected.push_back(x.size(i));
      for (std::int64_t size : index_shape) expected.push_back(size);
      for (int i = axis + 1; i < 3; ++i) expected.push_back(x.size(i));
      CHECK(picked.shape() == expected);

      Shape merged = x.shape();
      merged[axis] = flat.numel();
      Tensor rows = reshape(picked, merged), sums = zeros(x.shape(), DType::f64);
      for (std::int64_t i = 0; i < flat.numel(); ++i) {
        auto from = static_cast<std::int64_t>(flat.at({i}));
        CHECK(equal_bits(select(rows, axis, i), select(x, axis, from)));
        Tensor target = select(sums, axis, from);
        for (std::int64_t p = 0; p < target.size(0); ++p)
          for (std::int64_t q = 0; q < target.size(1); ++q)
            target.set({p, q}, target.at({p, q}) + select(rows, axis, i).at({p, q}));
      }
      CHECK(equal_bits(segment_sum(picked, index, x.size(axis), axis), sums));
    }
  CHECK(index_select(arange(5), 0, ids({4, 4, 0})).at({1}) == 4);
  CHECK_THROWS_AS(segment_sum(x, ids({0, 1}), 3, 0), ShapeError);
  CHECK_THROWS_AS(segment_sum(ones({2}), ids({0, 1}), -1, 0), ValueError);
}

TEST_CASE("gather and scatter_add follow their formulas") {
  Numbers random(5);
  for (int axis = 0; axis < 3; ++axis)
    for (int count : {1, 2}) {
      set_threads(count);
      Tensor x = transpose(random.tensor({6, 5, 4}));
      Shape shape = x.shape();
      shape[axis] = 7;
      Tensor index = random.indices(shape, x.size(axis)), source = random.tensor(shape);
      Tensor gathered = gather(x, axis, index), sums = scatter_add(x, axis, index, source), total = clone(x);
      for (std::int64_t i = 0; i < shape[0]; ++i)
        for (std::int64_t j = 0; j < shape[1]; ++j)
          for (std::int64_t k = 0; k < shape[2]; ++k) {
            std::int64_t at[] = {i, j, k};
            at[axis] = static_cast<std::int64_t>(index.at({i, j, k}));
            CHECK(gathered.at({i, j, k}) == x.at({at[0], at[1], at[2]}));
            total.set({at[0], at[1], at[2]}, total.at({at[0], at[1], at[2]}) + source.at({i, j, k}));
          }
      CHECK(equal_bits(sums, total));
    }
  set_threads(1);
}

TEST_CASE("gather and scatter_add accept an empty index of any shape") {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  for (const Shape& shape : {Shape{0}, Shape{0, 9}, Shape{9, 0}, Shape{1, 0, 2}, Shape{0, 4, 4}})
    for (int axis : {0, 1, -1}) {
      const Tensor index = zeros(shape, DType::i64);
      CHECK(gather(x, axis, index).shape() == shape);
      CHECK(equal_bits(scatter_add(x, axis, index, zeros(shape)), x));
      CHECK_THROWS_AS(gather(x, axis, zeros(shape)), DtypeError);
    }
  CHECK(gather(tensor(5), 0, zeros({0, 2}, DType::i64)).shape() == Shape{0, 2});
  CHECK_THROWS_AS(gather(x, 2, zeros({0}, DType::i64)), IndexError);
}

TEST_CASE("gather and scatter_add: errors name mismatched shapes") {
  Tensor x = zeros({2, 3});
  CHECK_THROWS_WITH_AS(gather(x, 1, ids({{0}, {0}, {0}}), {"a.cpp", 1}),
                       "gather: the index [3, 1] is larger than [2, 3] outside axis 1, at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(gather(x, 1, ids({0}), {"a.cpp", 1}),
                       "gather: the index [1] is larger than [2, 3] outside axis 1, at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(gather(x, 1, ids({{0}, {3}}), {"a.cpp", 1}),
                       "gather: index 3 at position [1, 0] is outside -3..2, at a.cpp:1", IndexError);
  CHECK_THROWS_AS(gather(x, 1, ids({{0}, {-4}})), IndexError);
  CHECK_THROWS_WITH_AS(scatter_add(x, 1, ids({{0}, {1}}), zeros({2, 2}), {"a.cpp", 1}),
                       "scatter_add: the source is [2, 2], the index [2, 1], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(scatter_add(x, 1, ids({{0}, {1}}), zeros({2, 1}, DType::f64), {"a.cpp", 1}),
                       "scatter_add: dtypes differ: f32 and f64, at a.cpp:1", DtypeError);
}

TEST_CASE("negative indices count from the end, except ids") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  for (DType dtype : {DType::i64, DType::i32}) {
    CHECK(equal_bits(index_select(x, 1, ids({-1, 0, -3}, dtype)), tensor({{3, 1, 1}, {6, 4, 4}})));
    CHECK(equal_bits(gather(x, 1, ids({{-1}, {1}}, dtype)), tensor({{3}, {5}})));
    CHECK(equal_bits(scatter_add(x, 0, ids({{-1, 0, -2}}, dtype), tensor({{10, 10, 10}})), tensor({{1, 12, 13}, {14, 5, 6}})));
    CHECK(equal_bits(segment_sum(tensor({1, 2, 4}), ids({-1, 0, -1}, dtype), 2), tensor({2, 5})));
  }
  CHECK_THROWS_WITH_AS(index_select(x, 1, ids({-4}), {"a.cpp", 1}),
                       "index_select: index -4 at position [0] is outside -3..2, at a.cpp:1", IndexError);
  CHECK_THROWS_AS(one_hot(ids({-1}), 3), IndexError);
  CHECK_THROWS_AS(embedding(x, ids({-1})), IndexError);
}

TEST_CASE("gather and scatter_add accept an index that is smaller than x outside the axis") {
  Numbers random(6);
  const Tensor x = transpose(random.tensor({4, 5, 3}), 0, 2);  // [3, 5, 4]
  for (const Shape& shape : {Shape{2, 7, 4}, Shape{3, 2, 1}, Shape{1, 5, 3}, Shape{0, 2, 2}}) {
    const Tensor index = random.indices(shape, 5), source = random.tensor(shape);
    Tensor total = clone(x);
    const Tensor gathered = gather(x, 1, index);
    for (std::int64_t i = 0; i < shape[0]; ++i)
      for (std::int64_t j = 0; j < shape[1]; ++j)
        for (std::int64_t k = 0; k < shape[2]; ++k) {
          const auto at = static_cast<std::int64_t>(index.at({i, j, k}));
          CHECK(gathered.at({i, j, k}) == x.at({i, at, k}));
          total.set({i, at, k}, total.at({i, at, k}) + source.at({i, j, k}));
        }
    CHECK(gathered.shape() == shape);
    CHECK(equal_bits(scatter_add(x, 1, index, source), total));
  }
}

TEST_CASE("integers can be added by index, and wrap around") {
  for (DType dtype : {DType::i64, DType::i32, DType::u8}) {
    CAPTURE(dtype);
    CHECK(equal_bits(scatter_add(tensor({1, 2}, dtype), 0, ids({0, 0, 1}), tensor({5, 6, 7}, dtype)), tensor({12, 9}, dtype)));
    CHECK(equal_bits(segment_sum(tensor({{1, 2}, {3, 4}, {5, 6}}, dtype), ids({1, 1, 0}), 3),
                     tensor({{5, 6}, {4, 6}, {0, 0}}, dtype)));
  }
  CHECK(equal_bits(segment_sum(tensor({200, 100}, DType::u8), ids({0, 0}), 1), tensor({44}, DType::u8)));
  CHECK_THROWS_WITH_AS(segment_sum(ones({1}, DType::boolean), ids({0}), 1, 0, {"a.cpp", 1}),
                       "segment_sum: takes numbers, not bool; cast to one of the other dtypes first, at a.cpp:1", DtypeError);
}

TEST_CASE("a scalar counts as one number along the axis 0 or -1") {
  for (int axis : {0, -1}) {
    CHECK(equal_bits(gather(tensor(5), axis, ids(0)), tensor(5)));
    CHECK(equal_bits(gather(tensor(5), axis, ids({0, -1})), tensor({5, 5})));
    CHECK(equal_bits(scatter_add(tensor(5), axis, ids(0), tensor(2)), tensor(7)));
    CHECK(equal_bits(index_select(tensor(5), axis, ids({0, 0})), tensor({5, 5})));
  }
  CHECK_THROWS_AS(gather(tensor(5), 1, ids(0)), IndexError);
}

TEST_CASE("one_hot, masked_fill, tril and triu") {
  CHECK(equal_bits(one_hot(ids({{0, 2}}), 3), tensor({{{1, 0, 0}, {0, 0, 1}}})));
  CHECK(equal_bits(one_hot(ids(1), 2, DType::boolean), tensor({0, 1}, DType::boolean)));
  CHECK_THROWS_WITH_AS(one_hot(ids({3}), 3, DType::f32, {"a.cpp", 1}),
                       "one_hot: index 3 at position [0] is outside 0..2, at a.cpp:1", IndexError);

  Tensor x = tensor({{1, 2}, {3, 4}}), mask = tensor({1, 0}, DType::boolean);
  CHECK(equal_bits(masked_fill(x, mask, -1), tensor({{-1, 2}, {-1, 4}})));
  CHECK_THROWS_WITH_AS(masked_fill(x, tensor({1, 0}), 0, {"a.cpp", 1}), "masked_fill: the mask must be bool, not f32, at a.cpp:1",
                       DtypeError);
  CHECK(equal_bits(masked_fill(tensor({1, 2}), tensor({{1, 0}, {0, 1}}, DType::boolean), -1), tensor({{-1, 2}, {1, -1}})));

  Tensor square = tensor({{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
  CHECK(equal_bits(tril(square), tensor({{1, 0, 0}, {4, 5, 0}, {7, 8, 9}})));
  CHECK(equal_bits(tril(square, -1), tensor({{0, 0, 0}, {4, 0, 0}, {7, 8, 0}})));
  CHECK(equal_bits(triu(square), tensor({{1, 2, 3}, {0, 5, 6}, {0, 0, 9}})));
  CHECK(equal_bits(triu(square, 1), tensor({{0, 2, 3}, {0, 0, 6}, {0, 0, 0}})));
  CHECK(equal_bits(select(tril(expand(square, {2, 3, 3})), 0, 1), tril(square)));
  CHECK(equal_bits(tril(ones({2, 3}, DType::boolean)), tensor({{1, 0, 0}, {1, 1, 0}}, DType::boolean)));
  CHECK(triu(zeros({2, 0})).shape() == Shape{2, 0});
  CHECK_THROWS_WITH_AS(tril(zeros({3}), 0, {"a.cpp", 1}), "tril: takes at least 2 dimensions, got [3], at a.cpp:1", ShapeError);
}
