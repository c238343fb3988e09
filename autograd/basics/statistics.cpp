#include <weft/autograd/basics/cast.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/statistics.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/functions/classify.h>

namespace weft {

Variable nansum(const Variable& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("nansum", x.tensor(), caller);
  return sum(is_floating(x.dtype()) ? where(isnan(x.tensor()), 0.0, x) : x, axes, keepdim, caller);
}
Variable nanmean(const Variable& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("nanmean", x.tensor(), caller);
  const Tensor counted = cast(logical_not(isnan(x.tensor())), real_type(x.dtype()));
  return nansum(cast(x, real_type(x.dtype())), axes, keepdim, caller) / sum(counted, axes, keepdim, caller);
}
Variable stddev(const Variable& x, const Axes& axes, double correction, bool keepdim, Where caller) {
  check_defined("stddev", x.tensor(), caller);
  return sqrt(var(x, axes, correction, keepdim, caller));
}

}  // namespace weft
