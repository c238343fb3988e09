#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/examples.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/linalg/linalg.h>
#include <weft/tensor/linalg/detail/compositions.h>

namespace weft::linalg {

namespace {

// dA = (dQ + Q C) R^-T, where C is symmetric and has the lower triangle of R dR^T - dQ^T Q.
Variables qr_rule(const Backward& b) {
  const Variable q = b.output(0), r = b.output(1), dq = b.grad(0), dr = b.grad(1);
  check<ShapeError>(q.shape().back() == r.shape().back(), {}, "linalg::qr: has a gradient for at least as many rows as columns");
  const Variable m = matmul(r, transpose(dr)) - matmul(transpose(dq), q), lower = tril(m);
  const Variable sum = dq + matmul(q, lower + transpose(tril(m, -1)));
  return {transpose(solve_triangular(r, transpose(sum), true))};
}

Variable turned(const Variable& vectors, const Variable& gradient) {  // X - X^T with X = vectors^T gradient
  const Variable x = matmul(transpose(vectors), gradient);
  return x - transpose(x);
}
// The part of the gradient that is orthogonal to the vectors.
Variable outside(const Variable& vectors, const Variable& gradient) {
  return gradient - matmul(vectors, matmul(transpose(vectors), gradient));
}

// dA = U (T(U, dU) / E S + S T(V, dV) / E + diag(dS)) V^T + outside(U, dU) S^-1 V^T + U S^-1 outside(V, dV)^T, where T(X, dX) is
// turned() and E_ij = s_j^2 - s_i^2, 1 on the diagonal.
Variables svd_rule(const Backward& b) {
  const Variable u = b.output(0), s = b.output(1), vh = b.output(2), v = transpose(vh), dv = transpose(b.grad(2));
  const Tensor one = eye(s.shape().back(), s.dtype());
  const Variable across = unsqueeze(s, -2), down = unsqueeze(s, -1), squares = square(s);
  const Variable gaps = unsqueeze(squares, -2) - unsqueeze(squares, -1) + one;
  const Variable middle = turned(u, b.grad(0)) / gaps * across + down * (turned(v, dv) / gaps) + unsqueeze(b.grad(1), -1) * one;
  Variable result = matmul(matmul(u, middle), vh);
  if (u.shape().back(1) > s.shape().back()) result = result + matmul(outside(u, b.grad(0)) / across, vh);
  if (vh.shape().back() > s.shape().back()) result = result + matmul(u / across, transpose(outside(v, dv)));
  return {result};
}

}  // namespace

Qr<Variable> qr(const Variable& a, Where caller) {
  const Qr<Tensor> found = qr(a.tensor(), caller);
  const Tensor outputs[] = {found.q, found.r};
  const Variables results = record_all("linalg::qr", caller, std::span(&a, 1), outputs, {.outputs = kAll}, qr_rule);
  return {results[0], results[1]};
}

Svd<Variable> svd(const Variable& a, Where caller) {
  const Svd<Tensor> found = svd(a.tensor(), caller);
  const Tensor outputs[] = {found.u, found.s, found.vh};
  const Variables results = record_all("linalg::svd", caller, std::span(&a, 1), outputs, {.outputs = kAll}, svd_rule);
  return {results[0], results[1], results[2]};
}

Variable lstsq(const Variable& a, const Variable& b, Where caller) {
  check_defined("linalg::lstsq", "matrix", a.tensor(), caller);
  check_defined("linalg::lstsq", "right-hand side", b.tensor(), caller);
  return least_squares(a, b, caller);
}

Variable pinv(const Variable& a, double rcond, Where caller) {
  const auto [u, s, vh] = svd(a, caller);
  return pseudoinverse(u, s, vh, s.tensor(), rcond);
}

Variable matrix_power(const Variable& a, std::int64_t n, Where caller) {
  check_defined("linalg::matrix_power", "matrix", a.tensor(), caller);
  check<ShapeError>(a.dims() >= 2 && a.shape().back() == a.shape().back(1), caller,
                    "linalg::matrix_power: takes square matrices [.., n, n], not ", a.shape());
  return power(a, n, caller);
}

}  // namespace weft::linalg
