#include <weft/tensor/elementwise/detail/logarithm_ops.h>
#include <weft/tensor/functions/logarithms.h>

namespace weft {

Tensor log2(const Tensor& x, Where caller) { return log2_op(x, caller); }
Tensor log10(const Tensor& x, Where caller) { return log10_op(x, caller); }
Tensor exp2(const Tensor& x, Where caller) { return exp2_op(x, caller); }
Tensor rsqrt(const Tensor& x, Where caller) { return rsqrt_op(x, caller); }
Tensor logit(const Tensor& x, Where caller) { return logit_op(x, caller); }
Tensor logaddexp(const Tensor& a, const Tensor& b, Where caller) { return logaddexp_op(a, b, caller); }
Tensor xlogy(const Tensor& x, const Tensor& y, Where caller) { return xlogy_op(x, y, caller); }

}  // namespace weft
