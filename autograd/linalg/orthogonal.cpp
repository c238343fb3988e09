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
// turned() and E_ij = s_j^2 - s_i^2, 1 on the diagonal. The terms of vectors that nothing used are left out, so that the gradient
// of the values alone is defined if some are equal.
struct SvdRule {
  static constexpr bool kTakesUndefined = true;

  Variables operator()(const Backward& b) const {
    const Variable u = b.output(0), s = b.output(1), vh = b.output(2), v = transpose(vh);
    const Variable across = unsqueeze(s, -2), down = unsqueeze(s, -1), squares = square(s);
    const Tensor one = eye(s.shape().back(), s.dtype());
    const Variable gaps = unsqueeze(squares, -2) - unsqueeze(squares, -1) + one;
    Variable middle, beside;
    if (b.grad(1).defined()) add(middle, unsqueeze(b.grad(1), -1) * one);
    if (b.grad(0).defined()) {
      add(middle, turned(u, b.grad(0)) / gaps * across);
      if (u.shape().back(1) > s.shape().back()) add(beside, matmul(outside(u, b.grad(0)) / across, vh));
    }
    if (b.grad(2).defined()) {
      const Variable dv = transpose(b.grad(2));
      add(middle, down * (turned(v, dv) / gaps));
      if (vh.shape().back() > s.shape().back()) add(beside, matmul(u / across, transpose(outside(v, dv))));
    }
    const Variable inside = matmul(matmul(u, middle), vh);
    return {beside.defined() ? inside + beside : inside};
  }

 private:
  static void add(Variable& sum, const Variable& term) { sum = sum.defined() ? sum + term : term; }
};

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
  const Variables results = record_all("linalg::svd", caller, std::span(&a, 1), outputs, {.outputs = kAll}, SvdRule());
  return {results[0], results[1], results[2]};
}

Variable lstsq(const Variable& a, const Variable& b, Where caller) {
  check_least_squares(a.tensor(), b.tensor(), caller);
  if (b.dims() == 1) return squeeze(lstsq(a, unsqueeze(b, 1), caller), -1);
  return least_squares(a, b, caller);
}

// dA = -P^T dP P^T + (I - A P) dP^T P P^T + P^T P dP^T (I - P A). Golub & Pereyra 1973.
Variable pinv(const Variable& a, double rcond, Where caller) {
  const auto rule = [](const Backward& b) -> Variables {
    const Variable x = b.input(), p = b.output(), up = transpose(p), g = transpose(b.grad());
    const Variable left = matmul(g, matmul(p, up)), right = matmul(matmul(up, p), g);
    return {left - matmul(x, matmul(p, left)) + right - matmul(matmul(right, p), x) - matmul(matmul(up, b.grad()), up)};
  };
  return record("linalg::pinv", caller, {a}, pinv(a.tensor(), rcond, caller), {.inputs = kAll, .outputs = kAll},
                per_example(examples::Blocks{.axes = 2}, rule));
}

Variable matrix_power(const Variable& a, std::int64_t n, Where caller) {
  check_defined("linalg::matrix_power", "matrix", a.tensor(), caller);
  check<ShapeError>(a.dims() >= 2 && a.shape().back() == a.shape().back(1), caller,
                    "linalg::matrix_power: takes square matrices [.., n, n], not ", a.shape());
  return power(a, n, caller);
}

}  // namespace weft::linalg
