// Copies and conversions.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// `x` itself when it is contiguous, else a row-major copy.
Tensor contiguous(const Tensor& x);

// A row-major copy. Throws ValueError for an undefined x.
Tensor clone(const Tensor& x, Where where = Where::here());

// `x` itself when it has that dtype, else a converted copy. To bool: whether it is not 0. To integers: the fraction is dropped,
// what is outside the range becomes its nearest end, and NaN 0. To floating: rounded. Throws ValueError for an undefined x.
Tensor cast(const Tensor& x, DType dtype, Where where = Where::here());

// Writes `from`, broadcast to the shape of `to` and converted to its dtype. Throws ShapeError; ValueError for an expanded `to`.
void copy_to(Tensor& to, const Tensor& from, Where where = Where::here());

}  // namespace weft
