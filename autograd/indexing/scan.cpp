#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/functions/logarithms.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/autograd/indexing/scan.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/detail/scan.h>

namespace weft {

namespace {

// Picks the values of positions that Tensors have found.
Sorted<Variable> picked(const Variable& x, const Sorted<Tensor>& found, int axis, Where caller) {
  if (x.dims() == 0) return {x, found.indices};
  return {gather(x, axis, found.indices, caller), found.indices};
}

}  // namespace

Variable prod(const Variable& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("prod", x.tensor(), caller);
  const unsigned mask = axis_mask("prod", axes, x.tensor(), caller);
  const Shape shape = reduced_shape(x.shape(), mask, keepdim);
  if (!is_floating(x.dtype()) || reduced_count(x.shape(), mask) == 0) return prod(x.tensor(), axes, keepdim, caller);
  Variable result = x;
  for (int axis = 0; axis < x.dims(); ++axis)
    if (mask >> axis & 1u) result = detail::prod_along(result, axis, caller);
  return reshape(result, shape, caller);
}

Variable cumprod(const Variable& x, int axis, Where caller) {
  check_defined("cumprod", x.tensor(), caller);
  if (!is_floating(x.dtype())) return cumprod(x.tensor(), axis, caller);
  return detail::scan("cumprod", x, axis, caller, [](const Variable& a, const Variable& b) { return a * b; });
}

Variable logcumsumexp(const Variable& x, int axis, Where caller) {
  check_defined("logcumsumexp", x.tensor(), caller);
  if (!is_floating(x.dtype())) return logcumsumexp(x.tensor(), axis, caller);
  return detail::scan("logcumsumexp", x, axis, caller,
                      [caller](const Variable& a, const Variable& b) { return logaddexp(a, b, caller); });
}

Sorted<Variable> cummax(const Variable& x, int axis, Where caller) {
  return picked(x, cummax(x.tensor(), axis, caller), axis, caller);
}
Sorted<Variable> cummin(const Variable& x, int axis, Where caller) {
  return picked(x, cummin(x.tensor(), axis, caller), axis, caller);
}

Variable diff(const Variable& x, std::int64_t n, int axis, Where caller) {
  check_defined("diff", x.tensor(), caller);
  return detail::diff(x, n, axis, caller);
}

}  // namespace weft
