// Running results along an axis, products, and differences of neighbours.
#pragma once

#include <weft/tensor/indexing/sort.h>
#include <weft/tensor/reduction/reduce.h>

namespace weft {

// The product over axes (all if none are named); of no elements 1. It multiplies neighbouring halves, so that its gradients are
// right at zeros too. Bools give i64. Throws IndexError.
Tensor prod(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
// result[i] = x[0] * ... * x[i] along an axis.
Tensor cumprod(const Tensor& x, int axis = -1, Where caller = Where::here());
// result[i] = log(exp(x[0]) + ... + exp(x[i])) along an axis, without overflow.
Tensor logcumsumexp(const Tensor& x, int axis = -1, Where caller = Where::here());
// The largest (smallest) of x[0] .. x[i] along an axis, and where it is; among equals the last. From a NaN on all are NaN.
Sorted<Tensor> cummax(const Tensor& x, int axis = -1, Where caller = Where::here());
Sorted<Tensor> cummin(const Tensor& x, int axis = -1, Where caller = Where::here());
// x[i + 1] - x[i] along an axis, n times. Throws ValueError for a negative n.
Tensor diff(const Tensor& x, std::int64_t n = 1, int axis = -1, Where caller = Where::here());

}  // namespace weft
