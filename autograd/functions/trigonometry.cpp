#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/functions/trigonometry.h>
#include <weft/tensor/elementwise/detail/trigonometry_ops.h>

namespace weft {

Variable tan(const Variable& x, Where caller) { return tan_op(x, caller); }
Variable asin(const Variable& x, Where caller) { return asin_op(x, caller); }
Variable acos(const Variable& x, Where caller) { return acos_op(x, caller); }
Variable atan(const Variable& x, Where caller) { return atan_op(x, caller); }
Variable atan2(const Variable& y, const Variable& x, Where caller) { return atan2_op(y, x, caller); }
Variable sinh(const Variable& x, Where caller) { return sinh_op(x, caller); }
Variable cosh(const Variable& x, Where caller) { return cosh_op(x, caller); }
Variable asinh(const Variable& x, Where caller) { return asinh_op(x, caller); }
Variable acosh(const Variable& x, Where caller) { return acosh_op(x, caller); }
Variable atanh(const Variable& x, Where caller) { return atanh_op(x, caller); }

}  // namespace weft
