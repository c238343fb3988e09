#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/elementwise/detail/function_ops.h>

namespace weft {

using integer::alone;

Tensor exp(const Tensor& x, Where where) { return exp_op(x, where); }
Tensor expm1(const Tensor& x, Where where) { return expm1_op(x, where); }
Tensor log(const Tensor& x, Where where) { return log_op(x, where); }
Tensor log1p(const Tensor& x, Where where) { return log1p_op(x, where); }
Tensor sqrt(const Tensor& x, Where where) { return sqrt_op(x, where); }
Tensor square(const Tensor& x, Where where) { return alone(x) ? integer::square(x, where) : square_op(x, where); }
Tensor reciprocal(const Tensor& x, Where where) { return reciprocal_op(x, where); }
Tensor abs(const Tensor& x, Where where) { return alone(x) ? integer::abs(x, where) : abs_op(x, where); }
Tensor sin(const Tensor& x, Where where) { return sin_op(x, where); }
Tensor cos(const Tensor& x, Where where) { return cos_op(x, where); }
Tensor erf(const Tensor& x, Where where) { return erf_op(x, where); }
Tensor normal_cdf(const Tensor& x, Where where) { return normal_cdf_op(x, where); }
Tensor normal_pdf(const Tensor& x, Where where) { return normal_pdf_op(x, where); }

}  // namespace weft
