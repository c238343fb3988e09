// Softmax and its logarithm.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/base/masked_log_probability.h>

namespace weft {

// exp(x_i) / sum_j exp(x_j) along an axis; a scalar has the axes 0 and -1, integers give f32. Each row's bits depend on its own
// numbers alone. A row that is -inf throughout gives zeros. Throws IndexError.
Tensor softmax(const Tensor& x, int axis = -1, Where where = Where::here());

// The same over the entries of the last axis that count; the others give 0, and a row of which none counts gives zeros. `counted`
// is either i64 lengths [batch] for x [batch, ..., time] (the first lengths[i] positions count, and the padding behind them
// changes no bit), or a bool mask that broadcasts to x (true counts), or undefined (all count). Throws ShapeError, DtypeError,
// IndexError for a length outside 0..time.
Tensor softmax(const Tensor& x, const Tensor& counted, Where where = Where::here());

// log(softmax(x)) = x_i - log(sum_j exp(x_j)). Entries that do not count give kMaskedLogProbability (-1e30), as does each of a
// row that is -inf throughout: exp gives 0 and a product with 0 is 0, where -inf would give NaN. No gradient passes through them.
Tensor log_softmax(const Tensor& x, int axis = -1, Where where = Where::here());
Tensor log_softmax(const Tensor& x, const Tensor& counted, Where where = Where::here());

// The gradients by x along the last axis, from the results y and their gradient: y (g - sum(y g)), and g - exp(y) sum(g), over
// the entries that count; 0 for the others, whatever g holds there.
Tensor softmax_gradient(const Tensor& y, const Tensor& gradient, const Tensor& counted = {});
Tensor log_softmax_gradient(const Tensor& y, const Tensor& gradient, const Tensor& counted = {});

// A bool mask of the entries of `shape` that count, which broadcasts to it.
Tensor counted_mask(const Tensor& counted, const Shape& shape);

}  // namespace weft
