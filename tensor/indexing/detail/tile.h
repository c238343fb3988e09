// Repeat and roll as compositions of other ops, for defined Tensors and Variables.
#pragma once

#include <weft/tensor/array/detail/scalar_axis.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>

namespace weft::detail {

// Each axis in turn: [outer, 1, size] is expanded to [outer, count, size].
template <class X>
X tile(const X& x, const Shape& counts, Where caller) {
  check<ShapeError>(counts.dims() == x.dims(), caller, "repeat: ", counts.dims(), " counts for shape ", x.shape());
  for (std::int64_t count : counts) check<ValueError>(count >= 0, caller, "repeat: a count is negative: ", counts);
  checked_numel("repeat", counts, caller);
  X result = x;
  for (int axis = x.dims() - 1; axis >= 0; --axis) {
    std::int64_t count = counts[axis], outer = 1;
    if (count == 1) continue;
    Shape shape = result.shape();
    for (int i = 0; i < axis; ++i) outer *= shape[i];
    std::int64_t rest = 1;
    for (int i = axis; i < shape.dims(); ++i) rest *= shape[i];
    shape[axis] *= count;
    result = reshape(expand(reshape(result, {outer, 1, rest}, caller), {outer, count, rest}, caller), shape, caller);
  }
  return result;
}

template <class X>
X rotate(const X& x, std::int64_t shift, int axis, Where caller) {
  if (x.dims() == 0) return along_scalar(x, [&](const X& one) { return rotate(one, shift, axis, caller); });
  int a = normalize_axis("roll", axis, x.dims(), caller);
  std::int64_t size = x.shape()[a];
  if (size == 0) return x;
  std::int64_t cut = (size - shift % size) % size;
  X parts[] = {slice(x, a, cut, size, 1, caller), slice(x, a, 0, cut, 1, caller)};
  return concat(std::span<const X>(parts), a, caller);
}

}  // namespace weft::detail
