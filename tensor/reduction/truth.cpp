#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/reduction/truth.h>

namespace weft {

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
