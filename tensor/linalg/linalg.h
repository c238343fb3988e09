// Linear algebra on LAPACK. Matrices are the last two axes, f32 or f64, and the axes before them a batch, which weft's threads
// share. A program that calls nothing of it does not load LAPACK; lapack.h says how it is loaded. Every function throws
// ValueError for an undefined argument, ShapeError, DtypeError, and Error if there is no LAPACK.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft::linalg {

// A^-1: [.., n, n]. Throws ValueError for a singular matrix, with its place in the batch.
Tensor inv(const Tensor& a, Where caller = Where::here());
// The X with A X = B: A [.., n, n], B [.., n, k], or [n] for one right-hand side. The batches broadcast. Throws as inv does.
Tensor solve(const Tensor& a, const Tensor& b, Where caller = Where::here());

// The determinant: [.., n, n] -> [..]. That of a matrix of size 0 is 1.
Tensor det(const Tensor& a, Where caller = Where::here());
// The sign of the determinant and the logarithm of its absolute value, which do not overflow: for a singular matrix 0 and -inf.
template <class X>
struct SignAndLog {
  Tensor sign;
  X logabsdet;
};
SignAndLog<Tensor> slogdet(const Tensor& a, Where caller = Where::here());

// The lower triangular L with A = L L^T, of symmetric positive definite matrices, of which only the lower triangle is read.
// Throws ValueError for a matrix that is not positive definite, with the first leading minor that is not.
Tensor cholesky(const Tensor& a, Where caller = Where::here());
// The X with A X = B, of which only one triangle of A is read. Throws as solve does.
Tensor solve_triangular(const Tensor& a, const Tensor& b, bool upper, Where caller = Where::here());

// The eigenvalues [.., n] of symmetric matrices, ascending, and the eigenvectors, the columns of [.., n, n]. Only the lower
// triangle is read. The sign of each vector is arbitrary. Throws ValueError for NaN and infinities, and if there is no
// convergence.
template <class X>
struct Eigen {
  X values, vectors;
};
Eigen<Tensor> eigh(const Tensor& a, Where caller = Where::here());

// A = Q R, with orthonormal columns in Q [.., m, k] and an upper triangular R [.., k, n], k = min(m, n); numpy.linalg.qr's
// "reduced" form. The signs of R's diagonal are LAPACK's.
template <class X>
struct Qr {
  X q, r;
};
Qr<Tensor> qr(const Tensor& a, Where caller = Where::here());

// A = U diag(S) Vh, with orthonormal columns in U [.., m, k] and rows in Vh [.., k, n], k = min(m, n), and the singular values S
// [.., k], descending: PyTorch's full_matrices=False. Throws ValueError for NaN and infinities, and if there is no convergence.
template <class X>
struct Svd {
  X u, s, vh;
};
Svd<Tensor> svd(const Tensor& a, Where caller = Where::here());

// The X of least |A X - B|, of A [.., m, n] with m >= n and full rank, B [.., m, k] or [m], by QR: [..,
// n, k] or [.., n]. Throws as solve_triangular does.
Tensor lstsq(const Tensor& a, const Tensor& b, Where caller = Where::here());
// The pseudoinverse [.., n, m] of A [.., m, n]. Singular values up to `rcond` times the largest count as 0; if it is negative, up
// to max(m, n) times the precision of the dtype.
Tensor pinv(const Tensor& a, double rcond = -1, Where caller = Where::here());
// A^n, of square matrices; for a negative n that of the inverse.
Tensor matrix_power(const Tensor& a, std::int64_t n, Where caller = Where::here());

}  // namespace weft::linalg
