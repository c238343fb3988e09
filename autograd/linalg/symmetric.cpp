#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/examples.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/axes.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/linalg/linalg.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/product/matmul.h>

namespace weft::linalg {

namespace {

constexpr examples::Blocks kMatrices{.inputs = 0b11, .axes = 2};

// The lower triangle with half of the diagonal.
Variable half_diagonal(const Variable& x) { return tril(x) - diag_embed(diagonal(x, 0, -2, -1)) * 0.5; }
Variable symmetric(const Variable& x) { return (x + transpose(x)) * 0.5; }

// dA = symmetric(V (diag(dw) + F V^T dV) V^T) with F_ij = 1 / (w_j - w_i), and 0 on the diagonal. The term of vectors that
// nothing used is left out, so that the gradient of the values alone is defined if some are equal.
struct EighRule {
  static constexpr bool kTakesUndefined = true;

  Variables operator()(const Backward& b) const {
    const Variable w = b.output(0), v = b.output(1), up = transpose(v);
    Variable middle;
    if (b.grad(0).defined()) middle = diag_embed(b.grad(0));
    if (b.grad(1).defined()) {
      const Tensor one = eye(w.shape().back(), w.dtype());
      const Variable gaps = unsqueeze(w, -2) - unsqueeze(w, -1) + one;  // the diagonal divides by 1
      const Variable turned = matmul(up, b.grad(1)) / gaps * (1 - one);
      middle = middle.defined() ? middle + turned : turned;
    }
    return {symmetric(matmul(matmul(v, middle), up))};
  }
};

}  // namespace

// dA = symmetric(L^-T half_diagonal(L^T dL) L^-1).
Variable cholesky(const Variable& a, Where caller) {
  const auto rule = [](const Backward& b) -> Variables {
    const Variable l = b.output(), up = transpose(l);
    const Variable left = solve_triangular(up, half_diagonal(matmul(up, b.grad())), true);  // L^-T half
    return {symmetric(transpose(solve_triangular(up, transpose(left), true)))};
  };
  return record("linalg::cholesky", caller, {a}, cholesky(a.tensor(), caller), {.outputs = kAll}, per_example(kMatrices, rule));
}

// dB = A^-T dX, dA = -dB X^T in the triangle that is read.
Variable solve_triangular(const Variable& a, const Variable& b, bool upper, Where caller) {
  const Tensor x = solve_triangular(a.tensor(), b.tensor(), upper, caller);
  const Shape batch = batch_of(x.shape());
  const auto rule = [upper](const Backward& back) -> Variables {
    const Variable right = solve_triangular(transpose(back.input(0)), back.grad(), !upper);
    if (!back.wants(0)) return {Variable(), right};
    const Variable left = -matmul(right, transpose(back.output()));
    return {upper ? triu(left) : tril(left), right};
  };
  return record("linalg::solve_triangular", caller,
                {expand(a, with_batch(a.shape(), batch, caller)), expand(b, with_batch(b.shape(), batch, caller))}, x,
                {.inputs = 0b01, .outputs = kAll}, per_example(kMatrices, rule));
}

Eigen<Variable> eigh(const Variable& a, Where caller) {
  const Eigen<Tensor> found = eigh(a.tensor(), caller);
  const Tensor outputs[] = {found.values, found.vectors};
  const Variables results = record_all("linalg::eigh", caller, std::span(&a, 1), outputs, {.outputs = kAll}, EighRule());
  return {results[0], results[1]};
}

}  // namespace weft::linalg
