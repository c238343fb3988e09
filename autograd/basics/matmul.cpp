#include <weft/autograd/basics/detail/row_product.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/detail/accumulate.h>

namespace weft {

namespace {

// C = A B, both [batch.., rows, columns] with the same batch, or B one matrix: dA = dC B^T, dB = A^T dC.
Variable multiply(const Variable& a, const Variable& b, Where caller) {
  const auto rule = [](const Backward& g) -> Variables {
    return {g.wants(0) ? matmul(g.grad(), transpose(g.input(1))) : Variable(),
            g.input(1).dims() == 2 ? g.row_product(1, g.input(0), g.grad())
            : g.wants(1)           ? matmul(transpose(g.input(0)), g.grad())
                                   : Variable()};
  };
  // With one matrix B for all rows of A, only A has examples.
  const bool shared = b.dims() == 2;
  const examples::Blocks flow{.inputs = shared ? 0b01u : 0b11u, .axes = shared ? 1 : 2};
  return record("matmul", caller, {a, b}, matmul(a.tensor(), b.tensor(), caller), {.inputs = kAll}, per_example(flow, rule));
}

// Expands `x` to the batch axes `batch`, as part of the graph.
Variable expand_batch(const Variable& x, const Shape& batch, Where caller) {
  const Shape whole = with_batch(x.shape(), batch, caller);
  return x.shape() == whole ? x : expand(x, whole, caller);
}

// Returns a vector as a matrix of one row, anything else unchanged.
Variable with_rows(const Variable& x) { return x.dims() == 1 ? unsqueeze(x, 0) : x; }

}  // namespace

Variable matmul(const Variable& a, const Variable& b, Where caller) {
  check_matmul(a.tensor(), b.tensor(), caller);
  if (a.dims() == 1) return squeeze(matmul(unsqueeze(a, 0), b, caller), b.dims() == 1 ? 0 : -2);
  if (b.dims() == 1) return squeeze(matmul(a, unsqueeze(b, 1), caller), -1);
  if (b.dims() == 2) return multiply(a, b, caller);
  Shape batch_a = batch_of(a.shape()), batch_b = batch_of(b.shape());
  if (batch_a == batch_b) return multiply(a, b, caller);
  Shape batch = broadcast_shapes("matmul", batch_a, batch_b, caller);
  return multiply(expand_batch(a, batch, caller), expand_batch(b, batch, caller), caller);
}

// y = x x^T: dx = (dy + dy^T) x.
Variable gram(const Variable& x, Where caller) {
  const auto rule = [](const Backward& b) -> Variables {
    if (grad_enabled()) return {matmul(b.grad() + transpose(b.grad()), b.input())};
    Tensor sum = clone(transpose(b.grad().tensor()));
    add_to(sum, b.grad().tensor());
    return {matmul(Variable(sum), b.input())};
  };
  return record("gram", caller, {x}, gram(x.tensor(), caller), {.inputs = kAll}, per_example(examples::Blocks{.axes = 2}, rule));
}

// y = x W^T + b: dx = dy W, dW = dy^T x, db = sum of dy over all rows.
Variable linear(const Variable& x, const Variable& weight, const Variable& bias, Where caller) {
  Tensor result = linear(x.tensor(), weight.tensor(), bias.tensor(), caller);
  const auto rule = [](const Backward& b) -> Variables {
    return {b.wants(0) ? linear_transposed(b.grad(), b.input(1)) : Variable(),
            b.wants(1) ? b.row_product(1, with_rows(b.grad()), with_rows(b.input(0))) : Variable(), b.sum_rows(2, b.grad())};
  };
  return record("linear", caller, {x, weight, bias}, result, {.inputs = 3u}, per_example(examples::Blocks(), rule));
}

// y = x W: dx = dy W^T, dW = x^T dy.
Variable linear_transposed(const Variable& x, const Variable& weight, Where caller) {
  const auto rule = [](const Backward& b) -> Variables {
    return {b.wants(0) ? linear(b.grad(), b.input(1), Variable()) : Variable(),
            b.wants(1) ? b.row_product(1, with_rows(b.input(0)), with_rows(b.grad())) : Variable()};
  };
  return record("linear_transposed", caller, {x, weight}, linear_transposed(x.tensor(), weight.tensor(), caller),
                {.inputs = kAll}, per_example(examples::Blocks(), rule));
}

}  // namespace weft
