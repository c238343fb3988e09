#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/indexing/detail/order.h>
#include <weft/tensor/indexing/order.h>

namespace weft {

Sorted<Tensor> kthvalue(const Tensor& x, std::int64_t k, int axis, Where caller) {
  check_defined("kthvalue", x, caller);
  return detail::kthvalue(x, k, axis, caller);
}
Tensor median(const Tensor& x, int axis, Where caller) {
  check_defined("median", x, caller);
  return detail::at_position("median", x, 0.5, false, axis, caller);
}
Tensor quantile(const Tensor& x, double q, int axis, Where caller) {
  check_defined("quantile", x, caller);
  check<ValueError>(q >= 0 && q <= 1, caller, "quantile: q is ", q, ", outside 0 .. 1");
  return detail::at_position("quantile", cast(x, real_type(x.dtype())), q, true, axis, caller);
}

}  // namespace weft
