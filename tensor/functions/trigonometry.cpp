#include <weft/tensor/elementwise/detail/trigonometry_ops.h>
#include <weft/tensor/functions/trigonometry.h>

namespace weft {

Tensor tan(const Tensor& x, Where caller) { return tan_op(x, caller); }
Tensor asin(const Tensor& x, Where caller) { return asin_op(x, caller); }
Tensor acos(const Tensor& x, Where caller) { return acos_op(x, caller); }
Tensor atan(const Tensor& x, Where caller) { return atan_op(x, caller); }
Tensor atan2(const Tensor& y, const Tensor& x, Where caller) { return atan2_op(y, x, caller); }
Tensor sinh(const Tensor& x, Where caller) { return sinh_op(x, caller); }
Tensor cosh(const Tensor& x, Where caller) { return cosh_op(x, caller); }
Tensor asinh(const Tensor& x, Where caller) { return asinh_op(x, caller); }
Tensor acosh(const Tensor& x, Where caller) { return acosh_op(x, caller); }
Tensor atanh(const Tensor& x, Where caller) { return atanh_op(x, caller); }

}  // namespace weft
