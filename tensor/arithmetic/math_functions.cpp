#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/elementwise/detail/function_ops.h>

namespace weft {

using integer::alone;

Tensor exp(const Tensor& x, Where caller) { return exp_op(x, caller); }
Tensor expm1(const Tensor& x, Where caller) { return expm1_op(x, caller); }
Tensor log(const Tensor& x, Where caller) { return log_op(x, caller); }
Tensor log1p(const Tensor& x, Where caller) { return log1p_op(x, caller); }
Tensor sqrt(const Tensor& x, Where caller) { return sqrt_op(x, caller); }
Tensor square(const Tensor& x, Where caller) { return alone(x) ? integer::square(x, caller) : square_op(x, caller); }
Tensor reciprocal(const Tensor& x, Where caller) { return reciprocal_op(x, caller); }
Tensor abs(const Tensor& x, Where caller) { return alone(x) ? integer::abs(x, caller) : abs_op(x, caller); }
Tensor sin(const Tensor& x, Where caller) { return sin_op(x, caller); }
Tensor cos(const Tensor& x, Where caller) { return cos_op(x, caller); }
Tensor erf(const Tensor& x, Where caller) { return erf_op(x, caller); }
Tensor normal_cdf(const Tensor& x, Where caller) { return normal_cdf_op(x, caller); }
Tensor normal_pdf(const Tensor& x, Where caller) { return normal_pdf_op(x, caller); }

}  // namespace weft
