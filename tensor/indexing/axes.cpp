#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/indexing/axes.h>
#include <weft/tensor/indexing/detail/axes.h>

namespace weft {

Tensor flatten(const Tensor& x, int first, int last, Where caller) {
  check_defined("flatten", x, caller);
  return detail::flatten(x, first, last, caller);
}
Tensor unflatten(const Tensor& x, int axis, const Shape& shape, Where caller) {
  check_defined("unflatten", x, caller);
  return detail::unflatten(x, axis, shape, caller);
}
Tensor movedim(const Tensor& x, int from, int to, Where caller) {
  check_defined("movedim", x, caller);
  return detail::movedim(x, from, to, caller);
}
std::vector<Tensor> chunk(const Tensor& x, std::int64_t chunks, int axis, Where caller) {
  check_defined("chunk", x, caller);
  return detail::chunk(x, chunks, axis, caller);
}
Tensor diagonal(const Tensor& x, std::int64_t offset, int axis_a, int axis_b, Where caller) {
  check_defined("diagonal", x, caller);
  return detail::diagonal(x, offset, axis_a, axis_b, caller);
}
Tensor diag_embed(const Tensor& x, std::int64_t offset, Where caller) {
  check_defined("diag_embed", x, caller);
  return detail::diag_embed(x, offset, caller);
}
Tensor diag(const Tensor& x, std::int64_t offset, Where caller) {
  check_defined("diag", x, caller);
  return detail::diag(x, offset, caller);
}
Tensor trace(const Tensor& x, Where caller) {
  check_defined("trace", x, caller);
  return detail::trace(x, caller);
}
Tensor outer(const Tensor& a, const Tensor& b, Where caller) {
  check_defined("outer", "first argument", a, caller);
  check_defined("outer", "second argument", b, caller);
  return detail::outer(a, b, caller);
}

}  // namespace weft
