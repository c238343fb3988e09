#include <weft/autograd/basics/cast.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/order.h>
#include <weft/autograd/indexing/sort.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/indexing/detail/order.h>

namespace weft {

Sorted<Variable> kthvalue(const Variable& x, std::int64_t k, int axis, Where caller) {
  check_defined("kthvalue", x.tensor(), caller);
  return detail::kthvalue(x, k, axis, caller);
}
Variable median(const Variable& x, int axis, Where caller) {
  check_defined("median", x.tensor(), caller);
  return detail::at_position("median", x, 0.5, false, axis, caller);
}
Variable quantile(const Variable& x, double q, int axis, Where caller) {
  check_defined("quantile", x.tensor(), caller);
  check<ValueError>(q >= 0 && q <= 1, caller, "quantile: q is ", q, ", outside 0 .. 1");
  return detail::at_position("quantile", cast(x, real_type(x.dtype())), q, true, axis, caller);
}

}  // namespace weft
