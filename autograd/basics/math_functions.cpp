#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/elementwise/detail/function_ops.h>

namespace weft {

// Integers have no gradient, so the functions of Tensors compute them.
Variable exp(const Variable& x, Where caller) { return exp_op(x, caller); }
Variable expm1(const Variable& x, Where caller) { return expm1_op(x, caller); }
Variable log(const Variable& x, Where caller) { return log_op(x, caller); }
Variable log1p(const Variable& x, Where caller) { return log1p_op(x, caller); }
Variable sqrt(const Variable& x, Where caller) { return sqrt_op(x, caller); }
Variable square(const Variable& x, Where caller) {
  return integer::alone(x.tensor()) ? Variable(square(x.tensor(), caller)) : square_op(x, caller);
}
Variable reciprocal(const Variable& x, Where caller) { return reciprocal_op(x, caller); }
Variable abs(const Variable& x, Where caller) {
  return integer::alone(x.tensor()) ? Variable(abs(x.tensor(), caller)) : abs_op(x, caller);
}
Variable sin(const Variable& x, Where caller) { return sin_op(x, caller); }
Variable cos(const Variable& x, Where caller) { return cos_op(x, caller); }
Variable erf(const Variable& x, Where caller) { return erf_op(x, caller); }
Variable normal_cdf(const Variable& x, Where caller) { return normal_cdf_op(x, caller); }
Variable normal_pdf(const Variable& x, Where caller) { return normal_pdf_op(x, caller); }

}  // namespace weft
