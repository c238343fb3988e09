#include <weft/tensor/elementwise/detail/combination_ops.h>
#include <weft/tensor/functions/combinations.h>

namespace weft {

Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight, Where caller) {
  return lerp_op(start, end, weight, caller);
}
Tensor lerp(const Tensor& start, const Tensor& end, double weight, Where caller) { return lerp_op(start, end, weight, caller); }
Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b, double value, Where caller) {
  return addcmul_op(x, a, b, value, caller);
}
Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b, double value, Where caller) {
  return addcdiv_op(x, a, b, value, caller);
}

}  // namespace weft
