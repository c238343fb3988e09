// Powers and logarithms beside those of math.h. Integers give f32. Arguments broadcast. Throws ShapeError if their shapes do not,
// and ValueError for an undefined one.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

Tensor log2(const Tensor& x, Where caller = Where::here());
Tensor log10(const Tensor& x, Where caller = Where::here());
// 2^x.
Tensor exp2(const Tensor& x, Where caller = Where::here());
// 1 / sqrt(x).
Tensor rsqrt(const Tensor& x, Where caller = Where::here());
// log(x / (1 - x)), the inverse of sigmoid.
Tensor logit(const Tensor& x, Where caller = Where::here());
// log(exp(a) + exp(b)), without overflow.
Tensor logaddexp(const Tensor& a, const Tensor& b, Where caller = Where::here());
// x log(y), and 0 where x is 0 and y is a number.
Tensor xlogy(const Tensor& x, const Tensor& y, Where caller = Where::here());

}  // namespace weft
