#include <doctest/doctest.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/row_sparse.h>
#include <weft/tensor/reduction/reduce.h>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

RowSparse rows_of(Numbers& random, const Shape& ids, std::int64_t count, std::int64_t width, DType dtype) {
  Shape shape = ids;
  shape.push_back(width);
  const Tensor gradient = random.tensor(shape, dtype);
  return embedding_gradient_rows(gradient, random.indices(ids, count), count);
}

}  // namespace

TEST_CASE("embedding_gradient_rows: it has the rows that occur, with the bits of the dense gradient") {
  on_each_isa([] {
    Numbers random(1);
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t count : {1, 63, 64, 65, 500})
        for (std::int64_t width : {1, 5, 16, 33, 128, 300}) {
          CAPTURE(count);
          CAPTURE(width);
          const Tensor ids = random.indices({7, 30}, count), gradient = random.tensor({7, 30, width}, dtype);
          for (std::optional<std::int64_t> padding : {std::optional<std::int64_t>(), std::optional<std::int64_t>(count / 2)}) {
            const RowSparse rows = embedding_gradient_rows(gradient, ids, count, padding);
            const Tensor counted = padding ? masked_fill(gradient, unsqueeze(ids == *padding, -1), 0) : gradient;
            CHECK(equal_bits(to_dense(rows), segment_sum(counted, ids, count)));
            CHECK(equal_bits(embedding_gradient(gradient, ids, count, padding), to_dense(rows)));
            CHECK(rows.values.shape() == Shape{rows.rows.numel(), width});
            for (std::int64_t i = 1; i < rows.rows.numel(); ++i) CHECK(rows.rows.at({i - 1}) < rows.rows.at({i}));
          }
        }
  });
}

TEST_CASE("embedding_gradient_rows: results do not depend on the number of threads") {
  same_bits_on_threads([] {
    Numbers random(2);
    return rows_of(random, {6000}, 900, 70, DType::f32).values;
  });
}

TEST_CASE("embedding_gradient_rows: repeated ids, gaps in memory, the sign of zero, i32 ids and no ids are handled") {
  const Tensor ids = tensor({4, 1, 4}, DType::i32);
  RowSparse rows = embedding_gradient_rows(tensor({{1, -0.0}, {-0.0, 2}, {3, -0.0}}), ids, 6);
  CHECK(equal_bits(rows.rows, tensor({1, 4}, DType::i64)));
  CHECK(equal_bits(rows.values, tensor({{0, 2}, {4, 0}})));
  CHECK(rows.shape() == Shape{6, 2});
  rows = embedding_gradient_rows(expand(tensor({{1, 2}}), {3, 2}), ids, 6, 1);
  CHECK(equal_bits(rows.rows, tensor({4}, DType::i64)));
  CHECK(equal_bits(rows.values, tensor({{2, 4}})));
  rows = embedding_gradient_rows(zeros({2, 0, 3}), Tensor({2, 0}, DType::i64), 5);
  CHECK(rows.values.shape() == Shape{0, 3});
  CHECK(equal_bits(to_dense(rows), zeros({5, 3})));
  CHECK(sum(rows).item() == 0);
}

TEST_CASE("embedding_gradient_rows refuses mismatched arguments") {
  const Where here{"a.cpp", 3};
  CHECK_THROWS_WITH_AS(embedding_gradient_rows(zeros({3, 2}), tensor({1, 2}, DType::i64), 4, {}, here),
                       "embedding_gradient: the gradient [3, 2] is not [ids..., dim] for ids [2] i64, at a.cpp:3", ShapeError);
  CHECK_THROWS_WITH_AS(embedding_gradient_rows(zeros({2, 2}), tensor({1, 4}, DType::i64), 4, {}, here),
                       "embedding_gradient: index 4 at position [1] is outside 0..3, at a.cpp:3", IndexError);
  CHECK_THROWS_WITH_AS(embedding_gradient_rows(zeros({2, 2}), tensor({1, 4}, DType::i64), -1, {}, here),
                       "embedding_gradient: the size is negative: -1, at a.cpp:3", ValueError);
}

TEST_CASE("row-sparse matrices are added like dense ones") {
  Numbers random(3);
  for (DType dtype : {DType::f32, DType::f64}) {
    const RowSparse a = rows_of(random, {20}, 50, 9, dtype), b = rows_of(random, {200}, 50, 9, dtype);
    const RowSparse none = rows_of(random, {0}, 50, 9, dtype);
    for (const RowSparse& x : {a, b, none})
      for (const RowSparse& y : {a, b, none}) {
        const RowSparse both = add(x, y);
        CHECK(equal_bits(to_dense(both), to_dense(x) + to_dense(y)));
        for (std::int64_t i = 1; i < both.rows.numel(); ++i) CHECK(both.rows.at({i - 1}) < both.rows.at({i}));
      }
  }
  // A row that one of them lacks is added to 0, which turns -0 into 0.
  const RowSparse minus{tensor({1}, DType::i64), tensor({{-0.0}}), 3}, other{tensor({2}, DType::i64), tensor({{-0.0}}), 3};
  CHECK(equal_bits(add(minus, minus).values, tensor({{-0.0}})));
  CHECK(equal_bits(add(minus, other).values, tensor({{0}, {0}})));
  CHECK_THROWS_WITH_AS(add(minus, {tensor({1}, DType::i64), tensor({{1}}), 4}, {"a.cpp", 3}),
                       "add: row-sparse matrices differ: [1, 1] f32 of 3 rows and [1, 1] f32 of 4, at a.cpp:3", ShapeError);
  CHECK_THROWS_WITH_AS(add(minus, {tensor({1}, DType::i64), tensor({{1}}, DType::f64), 3}, {"a.cpp", 3}),
                       "add: dtypes differ: f32 and f64, at a.cpp:3", DtypeError);
}

TEST_CASE("invalid row-sparse matrices are refused") {
  const Where here{"a.cpp", 3};
  const Tensor values = tensor({{1}, {2}}), rows = tensor({1, 2}, DType::i64);
  CHECK_THROWS_WITH_AS(to_dense({}, here), "to_dense: the tensor is undefined, at a.cpp:3", ValueError);
  CHECK_THROWS_WITH_AS(to_dense({rows, tensor({{1}}), 3}, here),
                       "to_dense: rows [2] and values [1, 1] are not [n] and a contiguous [n, width], at a.cpp:3", ShapeError);
  CHECK_THROWS_WITH_AS(to_dense({tensor({1, 2}), values, 3}, here), "to_dense: rows must be i64, not f32, at a.cpp:3",
                       DtypeError);
  CHECK_THROWS_WITH_AS(sum({rows, values, 2}, here), "sum: row 2 is outside 2..1: rows ascend, each once, at a.cpp:3",
                       IndexError);
  CHECK_THROWS_WITH_AS(add({rows, values, 3}, {tensor({1, 1}, DType::i64), values, 3}, here),
                       "add: row 1 is outside 2..2: rows ascend, each once, at a.cpp:3", IndexError);
}

TEST_CASE("the sum of a row-sparse matrix has the bits of the dense sum") {
  on_each_isa([] {
    Numbers random(4);
    for (DType dtype : {DType::f32, DType::f64})
      for (auto [count, width] : {std::pair(3, 4), {40, 300}, {400, 130}, {4000, 9}, {3, 20000}}) {
        const RowSparse x = rows_of(random, {60}, count, width, dtype);
        CHECK(equal_bits(sum(x), sum(to_dense(x))));
        same_bits_on_threads([&] { return sum(x); });
      }
  });
}
