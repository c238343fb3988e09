#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/pick.h>
#include <weft/tensor/arithmetic/detail/mask.h>
#include <weft/tensor/indexing/detail/pick.h>

namespace weft {

namespace {

int axis_of(const char* op, const Variable& x, int axis, Where caller) {
  check_defined(op, x.tensor(), caller);
  return normalize_axis(op, axis, x.tensor(), caller);
}

}  // namespace

Variable masked_select(const Variable& x, const Tensor& mask, Where caller) {
  check_defined("masked_select", x.tensor(), caller);
  check_mask("masked_select", mask, caller);
  const Shape shape = broadcast_shapes("masked_select", x.shape(), mask.shape(), caller);
  return index_select(reshape(expand(x, shape), {shape.numel()}), 0, detail::chosen_positions(mask, shape, caller), caller);
}

Variable take(const Variable& x, const Tensor& index, Where caller) {
  check_defined("take", x.tensor(), caller);
  check_defined("take", "index", index, caller);
  return index_select(reshape(x, {x.numel()}), 0, index, caller);
}

Variable repeat_interleave(const Variable& x, std::int64_t repeats, int axis, Where caller) {
  const int a = axis_of("repeat_interleave", x, axis, caller);
  return index_select(x, a, detail::repeated_positions(repeats, x.size(a), caller), caller);
}
Variable repeat_interleave(const Variable& x, const Tensor& repeats, int axis, Where caller) {
  const int a = axis_of("repeat_interleave", x, axis, caller);
  return index_select(x, a, detail::repeated_positions(repeats, x.size(a), caller), caller);
}

Variable index_add(const Variable& x, int axis, const Tensor& index, const Variable& source, double alpha, Where caller) {
  const int a = axis_of("index_add", x, axis, caller);
  check_defined("index_add", "source", source.tensor(), caller);
  const Variable sums = segment_sum(source, index, x.size(a), a, caller);
  check<ShapeError>(sums.shape() == x.shape(), caller, "index_add: the source ", source.shape(), " does not fit ", x.shape(),
                    " along axis ", a);
  return x + At<Variable>(alpha == 1 ? sums : sums * alpha, caller);
}

Variable index_fill(const Variable& x, int axis, const Tensor& index, double value, Where caller) {
  check_defined("index_fill", x.tensor(), caller);
  return masked_fill(x, detail::mask_at("index_fill", x.shape(), axis, index, caller), value, caller);
}

}  // namespace weft
