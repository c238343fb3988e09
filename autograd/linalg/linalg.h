// Linear algebra on Variables; see tensor/linalg/linalg.h. The gradients are those of Giles 2008, "An extended collection of
// matrix derivative results", written in differentiable ops, so that they have gradients of every order.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/linalg/linalg.h>

namespace weft::linalg {

Variable inv(const Variable& a, Where caller = Where::here());
Variable solve(const Variable& a, const Variable& b, Where caller = Where::here());
// The gradient throws ValueError for a singular matrix.
Variable det(const Variable& a, Where caller = Where::here());
SignAndLog<Variable> slogdet(const Variable& a, Where caller = Where::here());
// The gradient is symmetric, as A is.
Variable cholesky(const Variable& a, Where caller = Where::here());
Variable solve_triangular(const Variable& a, const Variable& b, bool upper, Where caller = Where::here());
// The gradient is symmetric. That of the values is always defined; that of the vectors if all eigenvalues differ, for results
// that do not depend on the vectors' signs. Others give infinities or NaN.
Eigen<Variable> eigh(const Variable& a, Where caller = Where::here());

// For at least as many rows as columns. Walter & Lehmann 2018.
Qr<Variable> qr(const Variable& a, Where caller = Where::here());
// The gradient of the values is always defined, that of the vectors if all singular values differ and none is 0, as for eigh.
Svd<Variable> svd(const Variable& a, Where caller = Where::here());
Variable lstsq(const Variable& a, const Variable& b, Where caller = Where::here());
Variable pinv(const Variable& a, double rcond = -1, Where caller = Where::here());
Variable matrix_power(const Variable& a, std::int64_t n, Where caller = Where::here());

}  // namespace weft::linalg
