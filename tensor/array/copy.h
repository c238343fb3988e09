// Copies and conversions.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// Returns `x` itself if it is contiguous, otherwise a row-major copy.
Tensor contiguous(const Tensor& x);

// Returns a row-major copy. Throws ValueError if x is undefined.
Tensor clone(const Tensor& x, Where caller = Where::here());

// Returns `x` itself if it has that dtype, otherwise a converted copy. Conversion to bool tests for != 0. Conversion to integers
// drops the fraction, clamps values outside the range to its nearest end, and turns NaN into 0. Conversion to floating dtypes
// rounds. Throws ValueError if x is undefined.
Tensor cast(const Tensor& x, DType dtype, Where caller = Where::here());

// Copies `from`, broadcast to the shape of `to` and converted to its dtype, into `to`. Throws ShapeError if it does not
// broadcast, ValueError if `to` is an expanded tensor.
void copy_to(Tensor& to, const Tensor& from, Where caller = Where::here());

}  // namespace weft
