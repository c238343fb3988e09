#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/elementwise/detail/function_ops.h>

namespace weft {

// Integers have no gradient, so the functions of Tensors compute them.
Variable exp(const Variable& x, Where where) { return exp_op(x, where); }
Variable expm1(const Variable& x, Where where) { return expm1_op(x, where); }
Variable log(const Variable& x, Where where) { return log_op(x, where); }
Variable log1p(const Variable& x, Where where) { return log1p_op(x, where); }
Variable sqrt(const Variable& x, Where where) { return sqrt_op(x, where); }
Variable square(const Variable& x, Where where) {
  return integer::alone(x.tensor()) ? Variable(square(x.tensor(), where)) : square_op(x, where);
}
Variable reciprocal(const Variable& x, Where where) { return reciprocal_op(x, where); }
Variable abs(const Variable& x, Where where) {
  return integer::alone(x.tensor()) ? Variable(abs(x.tensor(), where)) : abs_op(x, where);
}
Variable sin(const Variable& x, Where where) { return sin_op(x, where); }
Variable cos(const Variable& x, Where where) { return cos_op(x, where); }
Variable erf(const Variable& x, Where where) { return erf_op(x, where); }
Variable normal_cdf(const Variable& x, Where where) { return normal_cdf_op(x, where); }
Variable normal_pdf(const Variable& x, Where where) { return normal_pdf_op(x, where); }

}  // namespace weft
