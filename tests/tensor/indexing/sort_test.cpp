#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/indexing/sort.h>
#include <weft/tensor/reduction/reduce.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <limits>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {
Tensor i64(const Nested& numbers) { return tensor(numbers, DType::i64); }
}  // namespace

TEST_CASE("sort is stable, ascending and descending") {
  Tensor x = tensor({{3, 1, 2, 1}, {0, 0, -1, 0}});
  Sorted<Tensor> up = sort(x), down = sort(x, -1, Order::descending);
  CHECK(equal_bits(up.values, tensor({{1, 1, 2, 3}, {-1, 0, 0, 0}})));
  CHECK(equal_bits(up.indices, i64({{1, 3, 2, 0}, {2, 0, 1, 3}})));
  CHECK(equal_bits(down.values, tensor({{3, 2, 1, 1}, {0, 0, 0, -1}})));
  CHECK(equal_bits(down.indices, i64({{0, 2, 1, 3}, {0, 1, 3, 2}})));
  CHECK(equal_bits(argsort(x, 0), i64({{1, 1, 1, 1}, {0, 0, 0, 0}})));
  CHECK(equal_bits(sort(x, 0).values, tensor({{0, 0, -1, 0}, {3, 1, 2, 1}})));
}

TEST_CASE("sort and topk agree with each other along every axis, dtype and thread count") {
  Numbers random(1);
  for (DType dtype : {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8})
    for (int axis : {0, 1, 2, -1}) {
      Tensor x = permute(cast(random.indices({6, 40, 5}, 30), dtype), {1, 2, 0});
      for (Order order : {Order::ascending, Order::descending}) {
        Sorted<Tensor> sorted = sort(x, axis, order);
        CHECK(equal_bits(sorted.values, gather(x, axis, sorted.indices)));
        CHECK(sorted.indices.is_contiguous());
        for (std::int64_t k : {std::int64_t{0}, std::int64_t{1}, std::int64_t{3}, x.size(axis)}) {
          set_threads(1 + static_cast<int>(k % 2));
          Sorted<Tensor> top = topk(x, k, axis, order);
          CHECK(equal_bits(top.values, slice(sorted.values, axis, 0, k)));
          CHECK(equal_bits(top.indices, slice(sorted.indices, axis, 0, k)));
        }
        set_threads(1);
        bool in_order = true;  // equal numbers in the order of their indices
        for (std::int64_t i = 1; i < x.size(axis); ++i) {
          Tensor before = select(sorted.values, axis, i - 1), after = select(sorted.values, axis, i);
          Tensor index_before = select(sorted.indices, axis, i - 1), index_after = select(sorted.indices, axis, i);
          for (std::int64_t p = 0; p < before.size(0); ++p)
            for (std::int64_t q = 0; q < before.size(1); ++q) {
              double a = before.at({p, q}), b = after.at({p, q});
              in_order &= a == b ? index_before.at({p, q}) < index_after.at({p, q}) : (a < b) == (order == Order::ascending);
            }
        }
        CHECK(in_order);
      }
    }
}

TEST_CASE("NaN counts as the largest number") {
  double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  Tensor x = tensor({nan, 1, infinity, nan, -infinity});
  CHECK(equal_bits(argsort(x), i64({4, 1, 2, 0, 3})));
  CHECK(equal_bits(argsort(x, 0, Order::descending), i64({0, 3, 2, 1, 4})));
  CHECK(equal_bits(topk(x, 3).indices, i64({0, 3, 2})));
  CHECK(equal_bits(topk(x, 2, 0, Order::ascending).indices, i64({4, 1})));
}

TEST_CASE("sort accepts scalars, bools, an axis of size 1 and empty tensors") {
  for (int axis : {0, -1}) {
    CHECK(equal_bits(sort(tensor(5), axis).values, tensor(5)));
    CHECK(equal_bits(argsort(tensor(5), axis), tensor(0, DType::i64)));
    CHECK(equal_bits(topk(tensor(5), 1, axis).values, tensor(5)));
    CHECK(equal_bits(cumsum(tensor(5), axis), tensor(5)));
  }
  CHECK_THROWS_WITH_AS(sort(tensor(5), 1, Order::ascending, {"a.cpp", 1}), "argsort: axis 1 is outside -1..0, at a.cpp:1",
                       IndexError);
  CHECK_THROWS_AS(topk(tensor(5), 2), ValueError);
  CHECK(equal_bits(argsort(tensor({1, 0, 1, 0}, DType::boolean)), i64({1, 3, 0, 2})));
  CHECK(equal_bits(sort(tensor({{5}})).values, tensor({{5}})));
  CHECK(sort(zeros({0})).values.shape() == Shape{0});
  CHECK(sort(zeros({2, 0}), 0).indices.shape() == Shape{2, 0});
  CHECK(topk(zeros({0, 3}), 2).values.shape() == Shape{0, 2});
  CHECK_THROWS_WITH_AS(topk(zeros({3, 4}), 5, 1, Order::descending, {"a.cpp", 1}),
                       "topk: k = 5 is outside 0..4, the size of axis 1, at a.cpp:1", ValueError);
  CHECK_THROWS_AS(topk(zeros({3}), -1), ValueError);
}

TEST_CASE("sort, max and min distinguish denormals from 0") {
  const Tensor x = tensor({1e-40, 0, -1e-40, 1e-41}), y = tensor({5e-324, 0, -5e-324}, DType::f64);
  CHECK(equal_bits(argsort(x), i64({2, 1, 3, 0})));
  CHECK(equal_bits(argsort(y), i64({2, 1, 0})));
  on_each_isa([&] {
    CHECK(argmax(tensor({0, 1e-40, 1e-41})).item() == 1);
    CHECK(argmin(x).item() == 2);
    CHECK(equal_bits(max(x), tensor(1e-40)));
  });
}

TEST_CASE("cumsum adds along an axis") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK(equal_bits(cumsum(x), tensor({{1, 3, 6}, {4, 9, 15}})));
  CHECK(equal_bits(cumsum(x, 0), tensor({{1, 2, 3}, {5, 7, 9}})));
  CHECK(equal_bits(cumsum(transpose(x), 0), transpose(cumsum(x))));
  CHECK(equal_bits(cumsum(tensor({3, -1, 2}, DType::i32)), i64({3, 2, 4})));
  CHECK(equal_bits(cumsum(tensor({200, 100, 7}, DType::u8)), i64({200, 300, 307})));
  CHECK(equal_bits(cumsum(tensor({1, 0, 1}, DType::boolean)), i64({1, 1, 2})));
  CHECK(cumsum(zeros({2, 0})).shape() == Shape{2, 0});
  CHECK(cumsum(zeros({0, 2}), 0).shape() == Shape{0, 2});
  Numbers random(2);
  Tensor large = random.tensor({40, 50, 60}, DType::f32);
  for (int axis : {0, 1, 2}) {
    Tensor alone = cumsum(large, axis);
    set_threads(2);
    CHECK(equal_bits(cumsum(large, axis), alone));
    set_threads(1);
  }
}
