#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/product/detail/packed.h>
#include <weft/tensor/product/matmul.h>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

// Returns NumPy's matmul, by a loop over the elements in f64. The shapes must fit.
Tensor plain_matmul(const Tensor& left, const Tensor& right) {
  Tensor a = cast(left, DType::f64), b = cast(right, DType::f64);
  if (a.dims() == 1) a = unsqueeze(a, 0);
  if (b.dims() == 1) b = unsqueeze(b, 1);
  Shape batch_a = a.shape(), batch_b = b.shape();
  for (Shape* shape : {&batch_a, &batch_b})
    for (int i = 0; i < 2; ++i) shape->erase(shape->dims() - 1);
  const Shape batch = broadcast_shapes("matmul", batch_a, batch_b, {});
  const std::int64_t m = a.size(-2), n = b.size(-1), k = a.size(-1);
  auto expanded = [&](const Tensor& x) {
    Shape shape = batch;
    shape.push_back(x.size(-2));
    shape.push_back(x.size(-1));
    return contiguous(expand(x, shape));
  };
  a = expanded(a), b = expanded(b);
  Shape shape = batch;
  if (left.dims() > 1) shape.push_back(m);
  if (right.dims() > 1) shape.push_back(n);
  Tensor result(shape, DType::f64);
  double* to = result.output<double>();
  for (std::int64_t item = 0; item < batch.numel(); ++item)
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::int64_t l = 0; l < k; ++l)
          sum += a.data<double>()[(item * m + i) * k + l] * b.data<double>()[(item * k + l) * n + j];
        to[(item * m + i) * n + j] = sum;
      }
  return result;
}

// Returns views with the same values: 0 contiguous, 1 with the last two axes swapped in memory, 2 a part of a larger tensor, 3
// with both axes reversed. Vectors have the layouts 0, 2 and 3.
Tensor as_view(const Tensor& x, int kind) {
  if (x.dims() == 1) {
    if (kind == 3) return slice(contiguous(slice(x, 0, -1, kEnd, -1)), 0, -1, kEnd, -1);
    if (kind != 2) return x;
    Tensor wide = zeros({2 * x.size(0)}, x.dtype()), view = slice(wide, 0, 0, kEnd, 2);
    copy_to(view, x);
    return view;
  }
  if (kind == 0) return x;
  if (kind == 1) return transpose(contiguous(transpose(x)));
  Shape shape = x.shape();
  if (kind == 3) {
    auto flipped = [](const Tensor& t) { return slice(slice(t, -1, -1, kEnd, -1), -2, -1, kEnd, -1); };
    return flipped(contiguous(flipped(x)));
  }
  for (int axis = 1; axis <= 2; ++axis) shape[shape.dims() - axis] = 2 * shape.back(axis - 1) + 1;
  Tensor wide = zeros(shape, x.dtype()), view = slice(slice(wide, -1, 0, -1, 2), -2, 1, kEnd, 2);
  copy_to(view, x);
  return view;
}

// Returns a bound for the rounding of sums of k products of numbers below 1.
double bound(DType dtype, std::int64_t k) {
  return static_cast<double>(k + 1) * static_cast<double>(k + 1) * (dtype == DType::f32 ? 0x1p-24 : 0x1p-53);
}

struct Shapes {
  Shape a, b, result;
};

const std::vector<Shapes>& numpy_table() {
  static const std::vector<Shapes> table{
      {{3}, {3}, {}},
      {{1}, {1}, {}},
      {{3}, {3, 4}, {4}},
      {{2, 3}, {3}, {2}},
      {{2, 3}, {3, 4}, {2, 4}},
      {{1, 1}, {1, 1}, {1, 1}},
      {{17, 33}, {33, 5}, {17, 5}},
      {{5, 2, 3}, {3, 4}, {5, 2, 4}},
      {{2, 3}, {5, 3, 4}, {5, 2, 4}},
      {{5, 2, 3}, {5, 3, 4}, {5, 2, 4}},
      {{1, 2, 3}, {5, 3, 4}, {5, 2, 4}},
      {{5, 1, 2, 3}, {6, 3, 4}, {5, 6, 2, 4}},
      {{5, 6, 2, 3}, {6, 3, 4}, {5, 6, 2, 4}},
      {{6, 1, 2, 3}, {1, 5, 3, 4}, {6, 5, 2, 4}},
      {{3}, {5, 3, 4}, {5, 4}},
      {{5, 2, 3}, {3}, {5, 2}},
      {{2, 5, 2, 3}, {3}, {2, 5, 2}},
      // With a size of 0, sums are 0.
      {{0}, {0}, {}},
      {{0}, {0, 4}, {4}},
      {{2, 0}, {0}, {2}},
      {{2, 0}, {0, 4}, {2, 4}},
      {{0, 3}, {3, 4}, {0, 4}},
      {{2, 3}, {3, 0}, {2, 0}},
      {{0, 2, 3}, {3, 4}, {0, 2, 4}},
      {{0, 2, 3}, {1, 3, 4}, {0, 2, 4}},
      {{5, 2, 0}, {5, 0, 4}, {5, 2, 4}},
      {{0, 3}, {3}, {0}},
      {{3}, {0, 3, 4}, {0, 4}},
  };
  return table;
}

}  // namespace

TEST_CASE("matmul: shapes follow NumPy, and results of any views agree with a plain loop") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (const Shapes& shapes : numpy_table()) {
        CAPTURE(shapes.a);
        CAPTURE(shapes.b);
        Tensor a = Numbers(1).tensor(shapes.a, dtype), b = Numbers(2).tensor(shapes.b, dtype);
        const Tensor expected = plain_matmul(a, b), first = matmul(a, b);
        for (int views = 0; views < 16; ++views) {
          CAPTURE(views);
          const Tensor c = matmul(as_view(a, views / 4), as_view(b, views % 4));
          REQUIRE(c.shape() == shapes.result);
          REQUIRE(c.dtype() == dtype);
          REQUIRE((c.numel() == 0 || max_difference(cast(c, DType::f64), expected) <= bound(dtype, a.size(-1))));
          if (dtype == DType::f32) REQUIRE(equal_bits(c, first));
        }
      }
  });
}

TEST_CASE("matmul: operands may have expanded batches, rows and columns") {
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor row = Numbers(3).tensor({1, 5}, dtype), column = Numbers(4).tensor({5, 1}, dtype);
    const Tensor one = Numbers(5).tensor({1, 1}, dtype), full = Numbers(6).tensor({5, 5}, dtype);
    for (const Tensor& a : {expand(row, {5, 5}), expand(column, {5, 5}), expand(one, {5, 5}), full})
      for (const Tensor& b : {expand(row, {5, 5}), expand(column, {5, 5}), expand(one, {5, 5}), full})
        CHECK(max_difference(cast(matmul(a, b), DType::f64), plain_matmul(a, b)) <= bound(dtype, 5));
    const Tensor batch = expand(full, {3, 2, 5, 5});
    CHECK(max_difference(cast(matmul(batch, expand(row, {2, 5, 5})), DType::f64), plain_matmul(batch, expand(row, {2, 5, 5}))) <=
          bound(dtype, 5));
  }
}

TEST_CASE("matmul: operands may be overlapping windows") {
  const Shape shape{4, 3}, strides{1, 1};
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor line = Numbers(7).tensor({6}, dtype), windows(line.storage(), 0, shape, strides, dtype);
    const Tensor b = Numbers(8).tensor({3, 2}, dtype);
    CHECK(max_difference(cast(matmul(windows, b), DType::f64), plain_matmul(windows, b)) <= bound(dtype, 3));
    CHECK(max_difference(cast(matmul(transpose(b), transpose(windows)), DType::f64),
                         plain_matmul(transpose(b), transpose(windows))) <= bound(dtype, 3));
  }
}

TEST_CASE("linear: x W^T + bias and its transpose agree with a plain loop") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (const Shape& shape : std::vector<Shape>{{3}, {1, 3}, {17, 3}, {2, 5, 3}, {0, 3}, {2, 0, 3}, {4, 0}, {2, 3, 0}}) {
        CAPTURE(shape);
        Tensor x = Numbers(1).tensor(shape, dtype), weight = Numbers(2).tensor({4, shape.back()}, dtype);
        Tensor bias = Numbers(3).tensor({4}, dtype), none;
        const Tensor product = plain_matmul(x, transpose(weight)), sum = product + cast(bias, DType::f64);
        const double error = bound(dtype, 1 + x.size(-1));
        auto agrees = [&](const Tensor& y, const Tensor& expected) {
          return y.shape() == expected.shape() && (y.numel() == 0 || max_difference(cast(y, DType::f64), expected) <= error);
        };
        for (int view = 0; view < 4; ++view) {
          CHECK(agrees(linear(as_view(x, view), weight, none), product));
          CHECK(agrees(linear(x, as_view(weight, view), as_view(bias, view)), sum));
          CHECK(agrees(linear_transposed(as_view(x, view), as_view(clone(transpose(weight)), view)), product));
        }
      }
  });
}

TEST_CASE("linear: it may have no outputs") {
  for (DType dtype : {DType::f32, DType::f64}) {
    CHECK(linear(ones({2, 3}, dtype), zeros({0, 3}, dtype), zeros({0}, dtype)).shape() == Shape{2, 0});
    CHECK(linear_transposed(ones({2, 3}, dtype), zeros({3, 0}, dtype)).shape() == Shape{2, 0});
    CHECK(linear(ones({2, 0}, dtype), zeros({0, 0}, dtype), {}).shape() == Shape{2, 0});
  }
}

TEST_CASE("linear: the weight is packed once, and again after a write") {
  const Tensor x = Numbers(1).tensor({6, 20}, DType::f32);
  Tensor weight = Numbers(2).tensor({9, 20}, DType::f32);
  on_each_isa([&] {
    const Tensor bias{};
    linear(x, weight, bias);
    const auto before = packed(transpose(weight));
    CHECK(packed(transpose(weight)) == before);
    CHECK(packed(weight) != before);
    CHECK(packed(transpose(weight)) == before);
    CHECK(before->packed_for() == isa());
    CHECK(before->rows() == 20);
    CHECK(before->columns() == 9);
    auto fresh = [&] { return linear(x, clone(weight), bias); };
    auto written = [&](auto write) {
      const auto old = packed(transpose(weight));
      write();
      CHECK(equal_bits(linear(x, weight, bias), fresh()));
      CHECK(packed(transpose(weight)) != old);
    };
    written([&] { weight.set({3, 4}, 2); });
    written([&] { weight.write<float>()[7] = -3; });
    written([&] { copy_to(weight, Numbers(5).tensor({9, 20}, DType::f32)); });
    Tensor view = select(weight, 0, 2);
    written([&] { fill(view, 0.5); });
    written([&] {
      weight.output<float>()[0] = 9;
      weight.touch();
    });
    CHECK(equal_bits(linear(x, weight, bias), matmul(x, transpose(weight))));
    // A part of the weight is packed separately.
    CHECK(equal_bits(linear(x, slice(weight, 0, 2, 7), bias), contiguous(slice(linear(x, weight, bias), 1, 2, 7))));
  });
}

TEST_CASE("matmul and linear: the bits of a row do not depend on the number of rows, its position or the threads") {
  const std::int64_t most = 70, k = 67, n = 45;
  const Tensor x = Numbers(1).tensor({most, k}, DType::f32), weight = Numbers(2).tensor({n, k}, DType::f32);
  const Tensor bias = Numbers(3).tensor({n}, DType::f32), right = contiguous(transpose(weight));
  on_each_isa([&] {
    const Tensor all = matmul(x, right), mapped = linear(x, weight, bias), back = linear_transposed(x, right);
    CHECK(equal_bits(all, back));
    CHECK(equal_bits(mapped, all + bias));
    for (int threads = 1; threads <= 4; ++threads) {
      set_threads(threads);
      for (std::int64_t m = 1; m <= most; ++m)
        for (std::int64_t begin : {std::int64_t{0}, (most - m) / 2, most - m}) {
          const Tensor rows = slice(x, 0, begin, begin + m);
          auto same = [&](const Tensor& part, const Tensor& whole) {
            return equal_bits(part, contiguous(slice(whole, 0, begin, begin + m)));
          };
          REQUIRE(same(matmul(rows, right), all));
          REQUIRE(same(linear(rows, weight, bias), mapped));
          REQUIRE(same(linear_transposed(rows, right), back));
        }
    }
    set_threads(1);
  });
}

TEST_CASE("matmul: the bits of an item do not depend on the batch or the number of threads") {
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor a = Numbers(1).tensor({13, 9, 70}, dtype), b = Numbers(2).tensor({13, 70, 21}, dtype);
    on_each_isa([&] {
      const Tensor all = matmul(a, b), shared = matmul(a, select(b, 0, 0));
      for (std::int64_t item = 0; item < 13; ++item)
        CHECK(equal_bits(contiguous(select(all, 0, item)), matmul(select(a, 0, item), select(b, 0, item))));
      CHECK(equal_bits(contiguous(select(shared, 0, 0)), contiguous(select(all, 0, 0))));
      for (int threads = 2; threads <= 4; ++threads) {
        set_threads(threads);
        CHECK(equal_bits(matmul(a, b), all));
        CHECK(equal_bits(matmul(a, select(b, 0, 0)), shared));
      }
      set_threads(1);
    });
  }
}

TEST_CASE("matmul: errors name both shapes, the sizes and the user's line") {
  struct Case {
    Shape a, b;
    std::string message;
  };
  for (const Case& c : std::vector<Case>{
           {{2, 3}, {4, 5}, "inner dimensions differ: [2, 3] x [4, 5] (3 against 4)"},
           {{3}, {4}, "inner dimensions differ: [3] x [4] (3 against 4)"},
           {{3}, {4, 5}, "inner dimensions differ: [3] x [4, 5] (3 against 4)"},
           {{2, 3}, {2}, "inner dimensions differ: [2, 3] x [2] (3 against 2)"},
           {{7, 2, 3}, {7, 2, 3}, "inner dimensions differ: [7, 2, 3] x [7, 2, 3] (3 against 2)"},
           {{2, 0}, {3, 0}, "inner dimensions differ: [2, 0] x [3, 0] (0 against 3)"},
           {{}, {3}, "takes vectors and matrices, not [] x [3]"},
           {{2, 3}, {}, "takes vectors and matrices, not [2, 3] x []"},
           {{5, 2, 3}, {4, 3, 6}, "batches do not broadcast: [5, 2, 3] x [4, 3, 6] (5 against 4)"},
       }) {
    CAPTURE(c.message);
    for (DType dtype : {DType::f32, DType::f64})
      CHECK_THROWS_WITH_AS(matmul(ones(c.a, dtype), ones(c.b, dtype), {"a.cpp", 7}),
                           ("matmul: " + c.message + ", at a.cpp:7").c_str(), ShapeError);
  }
  CHECK_THROWS_WITH_AS(matmul(ones({2, 3}), ones({3, 2}, DType::f64), {"a.cpp", 7}),
                       "matmul: takes f32, f64 or integers on both sides, not f32 and f64, at a.cpp:7", DtypeError);
  CHECK_THROWS_WITH_AS(matmul(ones({2, 3}, DType::i64), ones({3, 2}), {"a.cpp", 7}),
                       "matmul: takes f32, f64 or integers on both sides, not i64 and f32, at a.cpp:7", DtypeError);
  CHECK_THROWS_AS(matmul(ones({2, 3}, DType::boolean), ones({3, 2}, DType::boolean)), DtypeError);
}

TEST_CASE("matmul of integers gives the wider dtype, and wraps around") {
  Numbers random(8);
  for (auto [a, b] : {std::pair{Shape{3, 4}, Shape{4, 5}}, std::pair{Shape{4}, Shape{4}}, std::pair{Shape{2, 3, 4}, Shape{4, 5}},
                      std::pair{Shape{2, 1, 3, 4}, Shape{6, 4, 2}}, std::pair{Shape{3, 0}, Shape{0, 2}}}) {
    const Tensor left = random.indices(a, 1000), right = random.indices(b, 1000);
    const Tensor expected = matmul(cast(left, DType::f64), cast(right, DType::f64));
    CHECK(equal_bits(matmul(left, right), cast(expected, DType::i64)));
    CHECK(equal_bits(matmul(cast(left, DType::i32), right), cast(expected, DType::i64)));
    CHECK(equal_bits(matmul(cast(left, DType::i32), cast(right, DType::i32)), cast(expected, DType::i32)));
  }
  const Tensor x = random.indices({40, 50}, 100), weight = random.indices({30, 50}, 100), bias = random.indices({30}, 9);
  const Tensor one = linear(x, weight, bias);
  CHECK(equal_bits(one, matmul(x, transpose(weight)) + bias));
  CHECK(equal_bits(gram(x), matmul(x, transpose(x))));
  CHECK(equal_bits(linear_transposed(one, weight), matmul(one, weight)));
  set_threads(2);
  CHECK(equal_bits(linear(x, weight, bias), one));
  set_threads(1);
  CHECK(equal_bits(matmul(tensor({{16, 16}}, DType::u8), tensor({{16}, {17}}, DType::u8)), tensor({{16}}, DType::u8)));
}

TEST_CASE("linear: errors name the shapes and the user's line") {
  const Where at{"a.cpp", 7};
  CHECK_THROWS_WITH_AS(linear(ones({2, 3}), ones({5, 4}), {}, at),
                       "linear: inner dimensions differ: [2, 3] x [5, 4] (3 against 4), at a.cpp:7", ShapeError);
  CHECK_THROWS_WITH_AS(linear_transposed(ones({2, 3}), ones({4, 5}), at),
                       "linear_transposed: inner dimensions differ: [2, 3] x [4, 5] (3 against 4), at a.cpp:7", ShapeError);
  CHECK_THROWS_WITH_AS(linear(ones({}), ones({5, 4}), {}, at),
                       "linear: takes x [.., in] and weight [out, in], not [] and [5, 4], at a.cpp:7", ShapeError);
  CHECK_THROWS_WITH_AS(linear(ones({2, 3}), ones({3}), {}, at),
                       "linear: takes x [.., in] and weight [out, in], not [2, 3] and [3], at a.cpp:7", ShapeError);
  CHECK_THROWS_WITH_AS(linear_transposed(ones({2, 3}), ones({3}), at),
                       "linear_transposed: takes x [.., out] and weight [out, in], not [2, 3] and [3], at a.cpp:7", ShapeError);
  CHECK_THROWS_WITH_AS(linear(ones({2, 3}), ones({5, 3}), ones({4}), at),
                       "linear: the bias is [4], the weight [5, 3], at a.cpp:7", ShapeError);
  CHECK_THROWS_WITH_AS(linear(ones({2, 3}), ones({5, 3}), ones({5}, DType::f64), at),
                       "linear: the bias is f64, x is f32, at a.cpp:7", DtypeError);
  CHECK_THROWS_WITH_AS(linear(ones({2, 3}), ones({5, 3}, DType::f64), {}, at),
                       "linear: takes f32, f64 or integers on both sides, not f32 and f64, at a.cpp:7", DtypeError);
}
