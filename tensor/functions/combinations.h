// Combinations of two or three tensors. Integers give f32. Arguments broadcast. Throws ShapeError if their shapes do not, and
// ValueError for an undefined one.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// start + weight (end - start), exact at both ends.
Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight, Where caller = Where::here());
Tensor lerp(const Tensor& start, const Tensor& end, double weight, Where caller = Where::here());
// x + value a b.
Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b, double value = 1, Where caller = Where::here());
// x + value a / b.
Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b, double value = 1, Where caller = Where::here());

}  // namespace weft
