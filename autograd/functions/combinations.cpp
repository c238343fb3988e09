#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/functions/combinations.h>
#include <weft/tensor/elementwise/detail/combination_ops.h>

namespace weft {

Variable lerp(const Variable& start, const Variable& end, const Variable& weight, Where caller) {
  return lerp_op(start, end, weight, caller);
}
Variable lerp(const Variable& start, const Variable& end, double weight, Where caller) {
  return lerp_op(start, end, weight, caller);
}
Variable addcmul(const Variable& x, const Variable& a, const Variable& b, double value, Where caller) {
  return addcmul_op(x, a, b, value, caller);
}
Variable addcdiv(const Variable& x, const Variable& a, const Variable& b, double value, Where caller) {
  return addcdiv_op(x, a, b, value, caller);
}

}  // namespace weft
