#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/elementwise/detail/rounding_ops.h>
#include <weft/tensor/functions/rounding.h>

namespace weft {

Tensor floor(const Tensor& x, Where caller) { return integer::alone(x) ? clone(x) : floor_op(x, caller); }
Tensor ceil(const Tensor& x, Where caller) { return integer::alone(x) ? clone(x) : ceil_op(x, caller); }
Tensor trunc(const Tensor& x, Where caller) { return integer::alone(x) ? clone(x) : trunc_op(x, caller); }
Tensor round(const Tensor& x, Where caller) { return integer::alone(x) ? clone(x) : round_op(x, caller); }
Tensor frac(const Tensor& x, Where caller) { return frac_op(x, caller); }
Tensor sign(const Tensor& x, Where caller) {
  if (!integer::alone(x)) return sign_op(x, caller);
  if (x.dtype() == DType::u8 || x.dtype() == DType::boolean) return clamp(x, {0, caller}, {1, caller}, caller);
  return clamp(x, {-1, caller}, {1, caller}, caller);
}

}  // namespace weft
