#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/product/detail/integer_gemm.h>
#include <weft/tensor/product/detail/packed.h>
#include <weft/tensor/product/matmul.h>

#include <algorithm>
#include <type_traits>

namespace weft {

namespace {

// A batch of matrices [batch.., rows, columns] with a constant step from matrix to matrix.
struct Stack {
  Tensor tensor;
  std::int64_t step;

  std::int64_t row_stride() const { return tensor.strides().back(1); }
  std::int64_t column_stride() const { return tensor.strides().back(); }
};

// Joins all batch axes into one; copies x if its strides do not allow that.
Stack stack(const Tensor& x) {
  std::int64_t step = 0, count = 1;
  bool joins = true;
  for (int axis = x.dims() - 3; axis >= 0 && joins; --axis) {
    if (x.shape()[axis] == 1) continue;
    if (count == 1) step = x.strides()[axis];
    joins = x.strides()[axis] == step * count;
    count *= x.shape()[axis];
  }
  if (joins) return {x, step};
  Tensor copy = clone(x);
  return {copy, copy.shape().back() * copy.shape().back(1)};
}

template <class T>
void multiply_stacks(std::int64_t batch, const Stack& a, const Stack& b, Tensor& c) {
  std::int64_t m = c.shape().back(1), n = c.shape().back(), k = a.tensor.shape().back();
  kernels::GemmArguments<T> arguments{m, n, k, {a.tensor.data<T>(), a.row_stride(), a.column_stride()}, c.output<T>(), n, {}};
  kernels::Matrix<T> right{b.tensor.data<T>(), b.row_stride(), b.column_stride()};
  if (batch == 1)
    kernels::gemm(arguments, right);
  else
    kernels::batched_gemm(batch, arguments, a.step, right, b.step, m * n);
}

// a [.., m, k] and b [.., k, n] with the same batch axes.
Tensor multiply(const Tensor& a, const Tensor& b, const Shape& batch) {
  if (is_integer(a.dtype())) return integer_gemm(a, b);
  Shape shape = batch;
  shape.push_back(a.shape().back(1));
  shape.push_back(b.shape().back());
  Tensor c(shape, a.dtype());
  if (c.numel() == 0) return c;
  a.dtype() == DType::f32 ? multiply_stacks<float>(batch.numel(), stack(a), stack(b), c)
                          : multiply_stacks<double>(batch.numel(), stack(a), stack(b), c);
  return c;
}

void check_both_defined(const char* op, const Tensor& a, const Tensor& b, Where caller) {
  check_defined(op, "first argument", a, caller);
  check_defined(op, "second argument", b, caller);
}

void check_operands(const char* op, const Tensor& a, const Tensor& b, std::int64_t a_inner, std::int64_t b_inner, Where caller) {
  const bool floating = is_floating(a.dtype()) && a.dtype() == b.dtype();
  check<DtypeError>(floating || (is_integer(a.dtype()) && is_integer(b.dtype())), caller, op,
                    ": takes f32, f64 or integers on both sides, not ", a.dtype(), " and ", b.dtype());
  check<ShapeError>(a_inner == b_inner, caller, op, ": inner dimensions differ: ", a.shape(), " x ", b.shape(), " (", a_inner,
                    " against ", b_inner, ")");
}

// x [.., k] times the weight seen as [k, n]. Only f32 weights are packed.
Tensor by_weight(const Tensor& x, const Tensor& weight, const Tensor& bias, Where caller) {
  Shape shape = x.shape();
  std::int64_t k = weight.shape()[0], n = weight.shape()[1];
  shape[shape.dims() - 1] = n;
  Tensor rows = reshape(x, {k ? x.numel() / k : shape.numel() / std::max<std::int64_t>(n, 1), k}, caller);
  Tensor result(shape, x.dtype()), whole_bias = bias.defined() ? contiguous(bias) : Tensor();
  if (result.numel() == 0) return result;
  visit_floating("linear", x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    kernels::GemmArguments<T> arguments{rows.shape()[0],    n, k, {rows.data<T>(), rows.strides()[0], rows.strides()[1]},
                                        result.output<T>(), n, {}};
    if (bias.defined()) arguments.epilogue.bias = whole_bias.data<T>();
    if constexpr (std::is_same_v<T, float>)
      kernels::gemm(arguments, *packed(weight));
    else
      kernels::gemm(arguments, {weight.data<T>(), weight.strides()[0], weight.strides()[1]});
  });
  return result;
}

// Multiplies all rows of a [.., m, k] by b [k, n] in one product.
Tensor batch_by_matrix(const Tensor& a, const Tensor& b, Where caller) {
  Shape shape = a.shape();
  std::int64_t rows = 1;
  for (int axis = 0; axis < a.dims() - 1; ++axis) rows *= shape[axis];
  shape[shape.dims() - 1] = b.shape().back();
  return reshape(multiply(reshape(a, {rows, a.shape().back()}, caller), b, {}), shape, caller);
}

}  // namespace

Shape batch_of(const Shape& matrices) {
  Shape batch = matrices;
  batch.erase(batch.dims() - 1);
  batch.erase(batch.dims() - 1);
  return batch;
}

Shape with_batch(const Shape& matrices, Shape batch, Where caller) {
  batch.push_back(matrices.back(1), caller);
  batch.push_back(matrices.back(), caller);
  return batch;
}

void check_matmul(const Tensor& a, const Tensor& b, Where caller) {
  check_both_defined("matmul", a, b, caller);
  check<ShapeError>(a.dims() > 0 && b.dims() > 0, caller, "matmul: takes vectors and matrices, not ", a.shape(), " x ",
                    b.shape());
  check_operands("matmul", a, b, a.shape().back(), b.shape().back(b.dims() > 1), caller);
  for (int axis = 2; axis < std::min(a.dims(), b.dims()); ++axis) {
    std::int64_t left = a.shape().back(axis), right = b.shape().back(axis);
    check<ShapeError>(left == right || left == 1 || right == 1, caller, "matmul: batches do not broadcast: ", a.shape(), " x ",
                      b.shape(), " (", left, " against ", right, ")");
  }
}

Tensor matmul(const Tensor& a, const Tensor& b, Where caller) {
  check_matmul(a, b, caller);
  if (a.dims() == 1) return squeeze(matmul(unsqueeze(a, 0), b, caller), b.dims() == 1 ? 0 : -2);
  if (b.dims() == 1) return squeeze(matmul(a, unsqueeze(b, 1), caller), -1);
  OpScope profile("matmul", caller, a, b);
  if (a.dims() == 2 && b.dims() == 2) return multiply(a, b, {});
  if (b.dims() == 2) return batch_by_matrix(a, b, caller);
  Shape batch = broadcast_shapes("matmul", batch_of(a.shape()), batch_of(b.shape()), caller);
  return multiply(expand(a, with_batch(a.shape(), batch, caller), caller),
                  expand(b, with_batch(b.shape(), batch, caller), caller), batch);
}

Tensor gram(const Tensor& x, Where caller) {
  check<ShapeError>(x.dims() >= 2, caller, "gram: takes matrices, not ", x.shape());
  return matmul(x, transpose(x), caller);
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Where caller) {
  OpScope profile("linear", caller, x, weight, bias);
  check_both_defined("linear", x, weight, caller);
  check<ShapeError>(x.dims() > 0 && weight.dims() == 2, caller, "linear: takes x [.., in] and weight [out, in], not ", x.shape(),
                    " and ", weight.shape());
  check_operands("linear", x, weight, x.shape().back(), weight.shape()[1], caller);
  if (bias.defined())
    check<ShapeError>(bias.shape() == Shape{weight.shape()[0]}, caller, "linear: the bias is ", bias.shape(), ", the weight ",
                      weight.shape());
  if (is_integer(x.dtype())) {
    const Tensor product = matmul(x, transpose(weight), caller);
    return bias.defined() ? product + At<Tensor>(bias, caller) : product;
  }
  if (bias.defined())
    check<DtypeError>(bias.dtype() == x.dtype(), caller, "linear: the bias is ", bias.dtype(), ", x is ", x.dtype());
  return by_weight(x, transpose(weight), bias, caller);
}

Tensor linear_transposed(const Tensor& x, const Tensor& weight, Where caller) {
  OpScope profile("linear_transposed", caller, x, weight);
  check_both_defined("linear_transposed", x, weight, caller);
  check<ShapeError>(x.dims() > 0 && weight.dims() == 2, caller, "linear_transposed: takes x [.., out] and weight [out, in], not ",
                    x.shape(), " and ", weight.shape());
  check_operands("linear_transposed", x, weight, x.shape().back(), weight.shape()[0], caller);
  if (is_integer(x.dtype())) return matmul(x, weight, caller);
  return by_weight(x, weight, {}, caller);
}

}  // namespace weft
