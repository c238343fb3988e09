// Trigonometric and hyperbolic functions. Integers give f32. Arguments broadcast. Throws ShapeError if their shapes do not, and
// ValueError for an undefined one.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// Angles are in radians.
Tensor tan(const Tensor& x, Where caller = Where::here());
Tensor asin(const Tensor& x, Where caller = Where::here());
Tensor acos(const Tensor& x, Where caller = Where::here());
Tensor atan(const Tensor& x, Where caller = Where::here());
// The angle of the point (x, y) with the x axis, in -pi .. pi.
Tensor atan2(const Tensor& y, const Tensor& x, Where caller = Where::here());
Tensor sinh(const Tensor& x, Where caller = Where::here());
Tensor cosh(const Tensor& x, Where caller = Where::here());
Tensor asinh(const Tensor& x, Where caller = Where::here());
Tensor acosh(const Tensor& x, Where caller = Where::here());
Tensor atanh(const Tensor& x, Where caller = Where::here());

}  // namespace weft
