// Softmax and its logarithm.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/base/masked_log_probability.h>

namespace weft {

// exp(x_i) / sum_j exp(x_j) along an axis. A scalar has the axes 0 and -1; integers give f32. The bits of a row depend only on
// its own numbers. A row that is all -inf gives zeros. Throws IndexError.
Tensor softmax(const Tensor& x, int axis = -1, Where caller = Where::here());

// Computes the softmax over the entries of the last axis that count. The others give 0, and a row in which none counts gives
// zeros. `mask` is either i64 lengths [batch] for x [batch, ..., time] (the first lengths[i] positions count, and the padding
// after them changes no bit), or a bool mask that broadcasts to x (true counts), or undefined (all count). Throws ShapeError,
// DtypeError, IndexError for a length outside 0..time.
Tensor softmax(const Tensor& x, const Tensor& mask, Where caller = Where::here());

// log(softmax(x)) = x_i - log(sum_j exp(x_j)). Entries that do not count, and all entries of a row that is all -inf, give
// kMaskedLogProbability (-1e30): its exponential is 0 and its product with 0 is 0, whereas -inf times 0 would be NaN. No gradient
// passes through them.
Tensor log_softmax(const Tensor& x, int axis = -1, Where caller = Where::here());
Tensor log_softmax(const Tensor& x, const Tensor& mask, Where caller = Where::here());

// Return the gradients with respect to x along the last axis, given the results y and their gradient g: y (g - sum(y g)), and g -
// exp(y) sum(g), over the entries that count; 0 for the others, whatever g is there.
Tensor softmax_gradient(const Tensor& y, const Tensor& gradient, const Tensor& mask = {});
Tensor log_softmax_gradient(const Tensor& y, const Tensor& gradient, const Tensor& mask = {});

// Returns a bool mask of the entries of `shape` that count, which broadcasts to `shape`.
Tensor softmax_mask(const Tensor& mask, const Shape& shape);

}  // namespace weft
