// Reductions over axes.
#pragma once

#include <weft/tensor/tensor.h>

namespace weft {

// The axes that a reduction runs over; negative ones count from the end. Empty: all.
using Axes = std::vector<int>;

// Sum over `axes`; each is dropped, or kept with size 1. The order of additions depends on the shape alone. f32 or f64.
// Throws IndexError, DtypeError.
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());

// Sums x over the axes along which `shape` was broadcast to x's shape: the gradient of expand.
Tensor sum_to(const Tensor& x, const Shape& shape, Where where = Where::here());

// Bit i is set when axis i is among `axes` (all bits for an empty list). Throws IndexError, ValueError for one that stands twice.
unsigned axis_mask(const char* op, const Axes& axes, int dims, Where where);

// The shape after reducing those axes.
Shape reduced_shape(const Shape& shape, unsigned mask, bool keepdim);

}  // namespace weft
