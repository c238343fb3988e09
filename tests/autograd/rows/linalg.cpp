#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/linalg/linalg.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <algorithm>
#include <cmath>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;
using Rows = std::vector<std::vector<double>>;

// The matrix x [n, n] plus `more` on its diagonal.
Rows rows_of(const Tensor& x, double more) {
  Rows rows(static_cast<std::size_t>(x.size(0)), std::vector<double>(static_cast<std::size_t>(x.size(1))));
  for (std::int64_t i = 0; i < x.size(0); ++i)
    for (std::int64_t j = 0; j < x.size(1); ++j)
      rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = element(x, {i, j}) + (i == j ? more : 0);
  return rows;
}

// Gauss's elimination with the largest pivot: turns `a` into the identity and `b` into the solution; returns the determinant.
double eliminate(Rows a, Rows& b) {
  double det = 1;
  for (std::size_t k = 0; k < a.size(); ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < a.size(); ++i)
      if (std::abs(a[i][k]) > std::abs(a[best][k])) best = i;
    if (best != k) std::swap(a[best], a[k]), std::swap(b[best], b[k]), det = -det;
    det *= a[k][k];
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double factor = i == k ? 1 - 1 / a[k][k] : a[i][k] / a[k][k];
      const std::vector<double> row = a[k], right = b[k];
      for (std::size_t j = 0; j < a.size(); ++j) a[i][j] -= factor * row[j];
      for (std::size_t j = 0; j < right.size(); ++j) b[i][j] -= factor * right[j];
    }
  }
  return det;
}

Rows identity(std::size_t n) {
  Rows rows(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) rows[i][i] = 1;
  return rows;
}
double determinant(const Tensor& x, double more) {
  Rows none = identity(static_cast<std::size_t>(x.size(0)));
  return eliminate(rows_of(x, more), none);
}
Tensor as_tensor(const Rows& rows, std::int64_t columns) {
  return by_index({std::ssize(rows), columns},
                  [&](const Index& i) { return rows[static_cast<std::size_t>(i[0])][static_cast<std::size_t>(i[1])]; });
}
Tensor solution(const Tensor& a, const Tensor& b, double more) {
  Rows right(static_cast<std::size_t>(b.size(0)), std::vector<double>(static_cast<std::size_t>(b.size(1))));
  for (std::int64_t i = 0; i < b.size(0); ++i)
    for (std::int64_t j = 0; j < b.size(1); ++j)
      right[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = element(b, {i, j});
  eliminate(rows_of(a, more), right);
  return as_tensor(right, b.size(1));
}

// x + 4 I is well-conditioned, and x x^T + I is positive definite.
template <class X>
X regular(const X& x) {
  return x + eye(x.shape().back(), x.dtype()) * 4.0;
}
template <class X>
X definite(const X& x) {
  return matmul(x, transpose(x)) + eye(x.shape().back(), x.dtype());
}
// x^T x.
Tensor gram_of(const Tensor& x) {
  return by_index({x.size(1), x.size(1)}, [&](const Index& i) {
    double sum = 0;
    for (std::int64_t k = 0; k < x.size(0); ++k) sum += element(x, {k, i[0]}) * element(x, {k, i[1]});
    return sum;
  });
}

// The lower triangle.
Tensor plain_lower(const Tensor& x) {
  return by_index(x.shape(), [&](const Index& i) { return i[1] > i[0] ? 0 : element(x, i); });
}

}  // namespace

std::vector<OpRow> linalg_rows() {
  const OpInput any{-1, 1};
  const OpBounds bounds{.f64_value = 1e-13, .f32_value = 5e-6, .f32_gradient = 1e-5};  // condition numbers are up to 10
  const std::vector<OpShapes> matrices{{{1, 1}}, {{3, 3}}, {{5, 5}}, {{0, 0}}},
      with_right{{{3, 3}, {3, 2}}, {{1, 1}, {1, 1}}, {{5, 5}, {5, 3}}};
  const auto checked = [&](OpRow row) {
    row.bounds = bounds;
    return row;
  };
  return {
      checked(op_row(
          "linalg::inv", [](const auto& x) { return linalg::inv(regular(x[0])); },
          [](const Inputs& x) {
            Rows right = identity(static_cast<std::size_t>(x[0].size(0)));
            eliminate(rows_of(x[0], 4), right);
            return as_tensor(right, x[0].size(1));
          },
          {any}, matrices)),
      checked(op_row(
          "linalg::solve", [](const auto& x) { return linalg::solve(regular(x[0]), x[1]); },
          [](const Inputs& x) { return solution(x[0], x[1], 4); }, {any, any}, with_right)),
      checked(op_row(
          "linalg::det", [](const auto& x) { return linalg::det(regular(x[0])); },
          [](const Inputs& x) { return by_index({}, [&](const Index&) { return determinant(x[0], 4); }); }, {any}, matrices)),
      checked(op_row(
          "linalg::slogdet", [](const auto& x) { return linalg::slogdet(regular(x[0])).logabsdet; },
          [](const Inputs& x) { return by_index({}, [&](const Index&) { return std::log(std::abs(determinant(x[0], 4))); }); },
          {any}, matrices)),
      checked(op_row(
          "linalg::solve_triangular", [](const auto& x) { return linalg::solve_triangular(regular(x[0]), x[1], false); },
          [](const Inputs& x) { return solution(plain_lower(x[0]), x[1], 4); }, {any, any}, with_right)),
      checked(op_row(
          "linalg::solve_triangular, upper",
          [](const auto& x) { return linalg::solve_triangular(transpose(regular(x[0])), x[1], true); },
          [](const Inputs& x) {
            const Tensor lower = plain_lower(x[0]);
            return solution(contiguous(transpose(lower)), x[1], 4);
          },
          {any, any}, with_right)),
      // L L^T is the matrix again, and L is lower: the reference is the matrix and L's triangle.
      checked(op_row(
          "linalg::cholesky",
          [](const auto& x) {
            const auto l = linalg::cholesky(definite(x[0]));
            return matmul(l, transpose(l)) + matmul(triu(l, 1), l);
          },
          [](const Inputs& x) {
            return by_index(x[0].shape(), [&](const Index& i) {
              double sum = i[0] == i[1] ? 1 : 0;
              for (std::int64_t k = 0; k < x[0].size(1); ++k) sum += element(x[0], {i[0], k}) * element(x[0], {i[1], k});
              return sum;
            });
          },
          {any}, {{{1, 1}}, {{3, 3}}, {{5, 5}}})),
      // V diag(w) V^T is the matrix again, with w^2 in place of w its square.
      checked(op_row(
          "linalg::eigh",
          [](const auto& x) {
            const auto [w, v] = linalg::eigh(x[0] + transpose(x[0]));
            return matmul(v * unsqueeze(square(w), -2), transpose(v));
          },
          [](const Inputs& x) {
            const auto symmetric = [&](std::int64_t i, std::int64_t j) { return element(x[0], {i, j}) + element(x[0], {j, i}); };
            return by_index(x[0].shape(), [&](const Index& i) {
              double sum = 0;
              for (std::int64_t k = 0; k < x[0].size(1); ++k) sum += symmetric(i[0], k) * symmetric(k, i[1]);
              return sum;
            });
          },
          {any}, {{{1, 1}}, {{2, 2}}, {{3, 3}}})),
      // Q f(R) for what does not depend on signs: Q R is the matrix, R^T R is A^T A.
      checked(op_row(
          "linalg::qr",
          [](const auto& x) {
            const auto [q, r] = linalg::qr(x[0]);
            return matmul(q, r) + matmul(q, matmul(transpose(q), x[0]));
          },
          [](const Inputs& x) { return by_index(x[0].shape(), [&](const Index& i) { return 2 * element(x[0], i); }); }, {any},
          {{{3, 3}}, {{5, 2}}, {{1, 1}}})),
      checked(op_row(
          "linalg::qr, R alone",
          [](const auto& x) {
            const auto r = linalg::qr(x[0]).r;
            return matmul(transpose(r), r);
          },
          [](const Inputs& x) { return gram_of(x[0]); }, {any}, {{{3, 3}}, {{5, 2}}})),
      // U S^3 V^T is A A^T A.
      checked(op_row(
          "linalg::svd",
          [](const auto& x) {
            const auto [u, s, vh] = linalg::svd(x[0]);
            return matmul(u * unsqueeze(s * square(s), -2), vh);
          },
          [](const Inputs& x) {
            const Tensor gram = gram_of(x[0]);
            return by_index(x[0].shape(), [&](const Index& i) {
              double sum = 0;
              for (std::int64_t k = 0; k < x[0].size(1); ++k) sum += element(x[0], {i[0], k}) * element(gram, {k, i[1]});
              return sum;
            });
          },
          {any}, {{{3, 3}}, {{4, 2}}, {{2, 4}}, {{1, 1}}})),
      checked(op_row(
          "linalg::lstsq", [](const auto& x) { return linalg::lstsq(regular(x[0]), x[1]); },
          [](const Inputs& x) { return solution(x[0], x[1], 4); }, {any, any}, with_right)),
      checked(op_row(
          "linalg::pinv", [](const auto& x) { return matmul(x[0], matmul(linalg::pinv(x[0]), x[0])); },
          [](const Inputs& x) { return x[0]; }, {any}, {{{3, 2}}, {{2, 3}}, {{2, 2}}})),
      checked(op_row(
          "linalg::matrix_power", [](const auto& x) { return linalg::matrix_power(x[0], 3); },
          [](const Inputs& x) {
            const auto product = [](const Tensor& a, const Tensor& b) {
              return by_index(a.shape(), [&](const Index& i) {
                double sum = 0;
                for (std::int64_t k = 0; k < a.size(1); ++k) sum += element(a, {i[0], k}) * element(b, {k, i[1]});
                return sum;
              });
            };
            return product(product(x[0], x[0]), x[0]);
          },
          {any}, {{{3, 3}}, {{1, 1}}})),
  };
}

}  // namespace weft
