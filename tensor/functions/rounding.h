// Rounding, and the sign. As steps they have slope 0. Integers and bools stay as they are; frac gives 0 of f32 for them.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// The largest whole number up to x, and the smallest from x on.
Tensor floor(const Tensor& x, Where caller = Where::here());
Tensor ceil(const Tensor& x, Where caller = Where::here());
// x without its fraction.
Tensor trunc(const Tensor& x, Where caller = Where::here());
// The nearest whole number; halves go to the even one.
Tensor round(const Tensor& x, Where caller = Where::here());
// x - trunc(x).
Tensor frac(const Tensor& x, Where caller = Where::here());
// -1, 0 or 1, and NaN for NaN. Of integers it has their dtype.
Tensor sign(const Tensor& x, Where caller = Where::here());

}  // namespace weft
