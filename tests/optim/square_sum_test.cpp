#include <doctest/doctest.h>
#include <weft/optim/clip.h>
#include <weft/optim/detail/square_sum.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/detail/row_parts.h>
#include <weft/tensor/indexing/detail/row_range.h>

#include <cmath>
#include <limits>

#include "tests/numbers.h"

using namespace weft;
using optim::norm_of, optim::square_sum, optim::SquareSum;

namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();

double value_of(const SquareSum& sum) { return sum.scale * sum.scale * sum.sum; }

// The norm in extended precision, which has exponents enough for all f64 squares here.
double expected_norm(const std::vector<Tensor>& gradients) {
  long double sum = 0;
  for (const Tensor& gradient : gradients) {
    const Tensor all = cast(contiguous(gradient), DType::f64);
    for (double x : all.span<double>()) sum += static_cast<long double>(x) * static_cast<long double>(x);
  }
  return static_cast<double>(std::sqrt(sum));
}

RowSparse some_rows(Numbers& numbers, DType dtype) {
  return embedding_gradient_rows(numbers.tensor({30, 7}, dtype), numbers.indices({30}, 50), 50);
}

}  // namespace

TEST_CASE("square_sum: the sum of squares; of rows it has the bits of the dense gradient's") {
  Numbers numbers(1);
  for (DType dtype : {DType::f32, DType::f64}) {
    CHECK(value_of(square_sum(tensor({3, -4}, dtype))) == 25);
    CHECK(value_of(square_sum(zeros({4}, dtype))) == 0);
    CHECK(value_of(square_sum(zeros({0, 3}, dtype))) == 0);
    CHECK(value_of(square_sum(tensor(2.0))) == 4);
    const RowSparse rows = some_rows(numbers, dtype);
    const SquareSum by_rows = square_sum(rows), dense = square_sum(to_dense(rows));
    CHECK(by_rows.scale == dense.scale);
    CHECK(by_rows.sum == dense.sum);
    const RowSparse none{zeros({0}, DType::i64), zeros({0, 7}, dtype), 50};
    CHECK(value_of(square_sum(none)) == 0);
  }
}

TEST_CASE("norm_of: the root of the sum of all, without overflow or underflow") {
  CHECK(norm_of({}) == 0);
  CHECK(norm_of(std::vector<SquareSum>{{1, 9}, {1, 16}}) == 5);
  CHECK(norm_of(std::vector<SquareSum>{{1, 0}, {1e300, 0}}) == 0);
  CHECK(norm_of(std::vector<SquareSum>{{1e200, 9}, {1e200, 16}}) == doctest::Approx(5e200).epsilon(1e-15));
  CHECK(norm_of(std::vector<SquareSum>{{1e-200, 9}, {1, 0}, {1e-200, 16}}) == doctest::Approx(5e-200).epsilon(1e-15));
  CHECK(norm_of(std::vector<SquareSum>{{1e200, 4}, {1, 9}}) == doctest::Approx(2e200).epsilon(1e-15));
  CHECK(norm_of(std::vector<SquareSum>{{1, 9}, {1, kInfinity}}) == kInfinity);
  CHECK(std::isnan(norm_of(std::vector<SquareSum>{{1, kNan}, {1, 9}})));
}

TEST_CASE("gradient_norm of numbers of every size") {
  Numbers numbers(2);
  for (DType dtype : {DType::f32, DType::f64})
    for (double scale : dtype == DType::f32 ? std::vector<double>{1e-38, 1e-25, 1e-10, 1, 1e10, 1e25, 1e38}
                                            : std::vector<double>{1e-290, 1e-170, 1e-30, 1, 1e30, 1e170, 1e290}) {
      CAPTURE(scale);
      const std::vector<Tensor> gradients{numbers.tensor({20, 9}, dtype) * scale, numbers.tensor({13}, dtype) * scale,
                                          numbers.tensor({4, 3}, dtype)};
      std::vector<Variable> leaves;
      for (const Tensor& gradient : gradients) {
        leaves.push_back(leaf(zeros(gradient.shape(), dtype)));
        leaves.back().set_grad(gradient);
      }
      const double precision = dtype == DType::f32 ? 1e-6 : 1e-14;
      CHECK(optim::gradient_norm(leaves) == doctest::Approx(expected_norm(gradients)).epsilon(precision));
      leaves.pop_back();
      CHECK(optim::gradient_norm(leaves) == doctest::Approx(expected_norm({gradients[0], gradients[1]})).epsilon(precision));
    }
}

TEST_CASE("the squares of parts together give the norm of the whole, of dense gradients and of rows") {
  Numbers numbers(3);
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor dense = numbers.tensor({33, 5}, dtype), vector = numbers.tensor({21}, dtype);
    const RowSparse rows = some_rows(numbers, dtype);
    const double expected = expected_norm({dense, vector, to_dense(rows)});
    for (int parts : {1, 2, 4, 16, 64}) {
      CAPTURE(parts);
      std::vector<SquareSum> all;
      for (int part = 0; part < parts; ++part) {
        for (const Tensor& x : {dense, vector}) all.push_back(square_sum(rows_in(x, part_of(rows_of(x.shape()), part, parts))));
        const IndexRange range = part_of(rows.count, part, parts);
        const SquareSum own = square_sum(row_range(rows, range)), same = square_sum(rows_in(to_dense(rows), range));
        CHECK(own.scale == same.scale);
        CHECK(own.sum == same.sum);
        all.push_back(own);
      }
      CHECK(norm_of(all) == doctest::Approx(expected).epsilon(dtype == DType::f32 ? 1e-6 : 1e-14));
    }
  }
}

TEST_CASE("scale_to_norm scales by a norm that is known, and leaves a smaller or non-finite one") {
  Variable x = leaf(zeros({2}));
  const auto scaled = [&](double norm, double most) {
    x.set_grad(tensor({3, 4}));
    optim::scale_to_norm({x}, norm, most);
    return x.grad().tensor();
  };
  CHECK(max_difference(scaled(5, 1), tensor({0.6, 0.8})) < 1e-7);
  CHECK(max_difference(scaled(10, 1), tensor({0.3, 0.4})) < 1e-7);  // the norm of more than this gradient
  for (double norm : {1.0, 0.5, kNan, kInfinity}) CHECK(equal_bits(scaled(norm, 1), tensor({3, 4})));
}
