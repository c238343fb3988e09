#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/axes.h>
#include <weft/autograd/indexing/join.h>
#include <weft/tensor/indexing/detail/axes.h>

namespace weft {

Variable flatten(const Variable& x, int first, int last, Where caller) {
  check_defined("flatten", x.tensor(), caller);
  return detail::flatten(x, first, last, caller);
}
Variable unflatten(const Variable& x, int axis, const Shape& shape, Where caller) {
  check_defined("unflatten", x.tensor(), caller);
  return detail::unflatten(x, axis, shape, caller);
}
Variable movedim(const Variable& x, int from, int to, Where caller) {
  check_defined("movedim", x.tensor(), caller);
  return detail::movedim(x, from, to, caller);
}
std::vector<Variable> chunk(const Variable& x, std::int64_t chunks, int axis, Where caller) {
  check_defined("chunk", x.tensor(), caller);
  return detail::chunk(x, chunks, axis, caller);
}
Variable diagonal(const Variable& x, std::int64_t offset, int axis_a, int axis_b, Where caller) {
  check_defined("diagonal", x.tensor(), caller);
  return detail::diagonal(x, offset, axis_a, axis_b, caller);
}
Variable diag_embed(const Variable& x, std::int64_t offset, Where caller) {
  check_defined("diag_embed", x.tensor(), caller);
  return detail::diag_embed(x, offset, caller);
}
Variable diag(const Variable& x, std::int64_t offset, Where caller) {
  check_defined("diag", x.tensor(), caller);
  return detail::diag(x, offset, caller);
}
Variable trace(const Variable& x, Where caller) {
  check_defined("trace", x.tensor(), caller);
  return detail::trace(x, caller);
}
Variable outer(const Variable& a, const Variable& b, Where caller) {
  check_defined("outer", "first argument", a.tensor(), caller);
  check_defined("outer", "second argument", b.tensor(), caller);
  return detail::outer(a, b, caller);
}

}  // namespace weft
