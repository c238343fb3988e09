#include <doctest/doctest.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/detail/row_update.h>
#include <weft/tensor/indexing/index.h>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"
#include "tests/tensor/indexing/row_update_ops.h"

using namespace weft;

namespace {

// Two matrices, one of which is updated by a third, row-sparse matrix.
struct Case {
  RowSparse x;
  Tensor total, other;

  Case(Numbers& random, std::int64_t ids, const Shape& shape, DType dtype)
      : x(embedding_gradient_rows(random.tensor({ids, shape[1]}, dtype), random.indices({ids}, shape[0]), shape[0])),
        total(random.tensor(shape, dtype)),
        other(random.tensor(shape, dtype)) {}

  std::vector<Tensor> by_rows(UpdatedRows which) const {
    Tensor to = clone(total), also = clone(other);
    update_rows(blend_op.call(), which, {to, also}, x, {to, x.values, also, 0.3});
    return {to, also};
  }
  std::vector<Tensor> by_matrix() const {
    Tensor to = clone(total), also = clone(other);
    blend_op.update({to, also}, to, to_dense(x), also, 0.3);
    return {to, also};
  }
};

}  // namespace

TEST_CASE("update_rows: updating all rows has the bits of the dense update") {
  on_each_isa([] {
    Numbers random(1);
    for (DType dtype : {DType::f32, DType::f64})
      for (const Shape& shape : {Shape{1, 1}, {9, 7}, {3, 5000}, {500, 33}, {300, 128}, {4, 0}})
        for (std::int64_t ids : {0, 1, 5, 900}) {
          CAPTURE(ids);
          CAPTURE(shape);
          const Case c(random, ids, shape, dtype);
          for (int threads : {1, 2}) {
            set_threads(threads);
            const auto rows = c.by_rows(UpdatedRows::all), whole = c.by_matrix();
            CHECK(equal_bits(rows[0], whole[0]));
            CHECK(equal_bits(rows[1], whole[1]));
          }
          set_threads(1);
        }
  });
}

TEST_CASE("update_rows: only the present rows are updated") {
  on_each_isa([] {
    Numbers random(2);
    for (DType dtype : {DType::f32, DType::f64})
      for (const Shape& shape : {Shape{9, 7}, {3, 5000}, {500, 33}}) {
        const Case c(random, 40, shape, dtype);
        for (int threads : {1, 2}) {
          set_threads(threads);
          const auto rows = c.by_rows(UpdatedRows::present), whole = c.by_matrix();
          set_threads(1);
          const std::vector<Tensor> before{c.total, c.other};
          for (std::int64_t row = 0, next = 0; row < shape[0]; ++row) {
            const bool present = next < c.x.rows.numel() && static_cast<std::int64_t>(c.x.rows.at({next})) == row;
            next += present;
            for (std::size_t i = 0; i < 2; ++i)
              CHECK(equal_bits(select(rows[i], 0, row), select(present ? whole[i] : before[i], 0, row)));
          }
        }
      }
  });
}

TEST_CASE("update_rows: refuses mismatched arguments, and the graph notices its writes") {
  Numbers random(3);
  const Case c(random, 2, {4, 3}, DType::f32);
  Tensor to = clone(c.total), also = clone(c.other), wide = zeros({4, 4}), exact = zeros({4, 3}, DType::f64);
  const auto update = [&](std::initializer_list<Tensor> targets, std::initializer_list<Operand> operands) {
    update_rows(blend_op.call(), UpdatedRows::all, targets, c.x, operands, {"a.cpp", 3});
  };
  CHECK_THROWS_WITH_AS(update({to}, {to, c.x.values, also, 0.3}),
                       "blend: takes 4 operands and 2 targets, got 4 and 1, at a.cpp:3", ValueError);
  CHECK_THROWS_WITH_AS(update({to, wide}, {to, c.x.values, also, 0.3}),
                       "blend: a target [4, 4] with strides [4, 1] does not match rows of a matrix [4, 3], at a.cpp:3",
                       ShapeError);
  CHECK_THROWS_WITH_AS(update({to, also}, {to, c.x.values, exact, 0.3}), "blend: an operand is f64, the rows are f32, at a.cpp:3",
                       DtypeError);
  CHECK(equal_bits(to, c.total));
  const auto version = to.version();
  update({to, also}, {to, c.x.values, also, 0.3});
  CHECK(to.version() > version);
}

TEST_CASE("update_rows reads rows and operands that overlap its targets before it writes") {
  Numbers random(9);
  const Tensor memory = random.tensor({12, 5}, DType::f32), other = random.tensor({10, 5}, DType::f32);
  const Tensor rows = tensor<std::int64_t>({0, 1, 2, 7});
  for (UpdatedRows which : {UpdatedRows::all, UpdatedRows::present})
    for (std::int64_t shift : {0, 1, 2}) {
      const auto update = [&](bool apart) {
        Tensor own = clone(memory), also = clone(other), target = slice(own, 0, shift, shift + 10);
        const auto part = [&](std::int64_t from, std::int64_t to) { return slice(apart ? memory : own, 0, from, to); };
        const RowSparse x{rows, part(1, 5), 10};
        update_rows(blend_op.call(), which, {target, also}, x, {target, x.values, part(1, 11), 0.3});
        return own;
      };
      CHECK(equal_bits(update(false), update(true)));
    }
  Tensor x = clone(memory), low = slice(x, 0, 0, 10), high = slice(x, 0, 2, 12);
  const RowSparse one{rows, random.tensor({4, 5}, DType::f32), 10};
  CHECK_THROWS_WITH_AS(
      update_rows(blend_op.call(), UpdatedRows::all, {low, high}, one, {low, one.values, other, 0.3}, {"a.cpp", 1}),
      "blend: targets 0 and 1 share memory, at a.cpp:1", ValueError);
  CHECK(equal_bits(x, memory));
}
