#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/examples.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/linalg/linalg.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/reduction/truth.h>

namespace weft::linalg {

namespace {

// x with two more axes of size 1, to multiply matrices with a number each.
Variable as_matrices(const Variable& x) { return unsqueeze(unsqueeze(x, -1), -1); }

constexpr examples::Blocks kMatrices{.inputs = 0b11, .axes = 2};

}  // namespace

// dA = -Y^T dY Y^T.
Variable inv(const Variable& a, Where caller) {
  const auto rule = [](const Backward& b) -> Variables {
    const Variable y = transpose(b.output());
    return {-matmul(matmul(y, b.grad()), y)};
  };
  return record("linalg::inv", caller, {a}, inv(a.tensor(), caller), {.outputs = kAll}, per_example(kMatrices, rule));
}

// dB = A^-T dX, dA = -dB X^T.
Variable solve(const Variable& a, const Variable& b, Where caller) {
  if (b.tensor().defined() && b.dims() == 1) return squeeze(solve(a, unsqueeze(b, 1), caller), -1);
  const Tensor x = solve(a.tensor(), b.tensor(), caller);
  const Shape batch = batch_of(x.shape());
  const auto rule = [](const Backward& back) -> Variables {
    const Variable right = solve(transpose(back.input(0)), back.grad());
    return {back.wants(0) ? -matmul(right, transpose(back.output())) : Variable(), right};
  };
  return record("linalg::solve", caller,
                {expand(a, with_batch(a.shape(), batch, caller)), expand(b, with_batch(b.shape(), batch, caller))}, x,
                {.inputs = 0b01, .outputs = kAll}, per_example(kMatrices, rule));
}

// dA = d A^-T g.
Variable det(const Variable& a, Where caller) {
  const auto rule = [](const Backward& b) -> Variables {
    check<ValueError>(all(b.output().tensor()).item() != 0, {}, "linalg::det: has no gradient at a singular matrix");
    return {as_matrices(b.output() * b.grad()) * transpose(inv(b.input()))};
  };
  return record("linalg::det", caller, {a}, det(a.tensor(), caller), {.inputs = kAll, .outputs = kAll}, rule);
}

// dA = A^-T g.
SignAndLog<Variable> slogdet(const Variable& a, Where caller) {
  const auto [sign, logarithm] = slogdet(a.tensor(), caller);
  const auto rule = [sign = sign](const Backward& b) -> Variables {
    check<ValueError>(all(sign).item() != 0, {}, "linalg::slogdet: has no gradient at a singular matrix");
    return {as_matrices(b.grad()) * transpose(inv(b.input()))};
  };
  return {sign, record("linalg::slogdet", caller, {a}, logarithm, {.inputs = kAll}, rule)};
}

}  // namespace weft::linalg
