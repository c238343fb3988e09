#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/functions/logarithms.h>
#include <weft/tensor/elementwise/detail/logarithm_ops.h>

namespace weft {

Variable log2(const Variable& x, Where caller) { return log2_op(x, caller); }
Variable log10(const Variable& x, Where caller) { return log10_op(x, caller); }
Variable exp2(const Variable& x, Where caller) { return exp2_op(x, caller); }
Variable rsqrt(const Variable& x, Where caller) { return rsqrt_op(x, caller); }
Variable logit(const Variable& x, Where caller) { return logit_op(x, caller); }
Variable logaddexp(const Variable& a, const Variable& b, Where caller) { return logaddexp_op(a, b, caller); }
Variable xlogy(const Variable& x, const Variable& y, Where caller) { return xlogy_op(x, y, caller); }

}  // namespace weft
