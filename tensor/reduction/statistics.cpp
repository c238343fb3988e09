#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/functions/classify.h>
#include <weft/tensor/reduction/statistics.h>

namespace weft {

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

}  // namespace weft
