// Order statistics along an axis.
#pragma once

#include <weft/tensor/indexing/sort.h>

namespace weft {

// The k-th smallest element along an axis, which is removed, and where it is; the first is k = 1. Throws ValueError unless 1 <= k
// <= the size of the axis.
Sorted<Tensor> kthvalue(const Tensor& x, std::int64_t k, int axis = -1, Where caller = Where::here());
// The middle element along an axis, which is removed, and the lower of two; NaN if any element is NaN. Throws ShapeError if there
// are no elements.
Tensor median(const Tensor& x, int axis = -1, Where caller = Where::here());
// The element at the fraction q of the sorted axis, which is removed, between two elements by linear interpolation; NaN if any
// element is NaN. Integers give f32. Throws ValueError unless 0 <= q <= 1, ShapeError if there are no elements.
Tensor quantile(const Tensor& x, double q, int axis = -1, Where caller = Where::here());

}  // namespace weft
