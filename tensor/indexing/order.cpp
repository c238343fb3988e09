#include <weft/tensor/array/create.h>
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

Tensor nansum(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("nansum", x, caller);
  return sum(is_floating(x.dtype()) ? where(isnan(x), 0.0, x) : x, axes, keepdim, caller);
}
Tensor nanmean(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("nanmean", x, caller);
  const Tensor counted = cast(logical_not(isnan(x)), real_type(x.dtype()));
  return nansum(cast(x, real_type(x.dtype())), axes, keepdim, caller) / sum(counted, axes, keepdim, caller);
}
Tensor stddev(const Tensor& x, const Axes& axes, double correction, bool keepdim, Where caller) {
  check_defined("stddev", x, caller);
  return sqrt(var(x, axes, correction, keepdim, caller));
}

Tensor count_nonzero(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("count_nonzero", x, caller);
  return sum(cast(cast(x, DType::boolean), DType::i64), axes, keepdim, caller);
}
Tensor any(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("any", x, caller);
  return count_nonzero(x, axes, keepdim, caller) > 0;
}
Tensor all(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("all", x, caller);
  return logical_not(any(logical_not(x), axes, keepdim, caller));
}

}  // namespace weft
