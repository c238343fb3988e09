// The functions of scan.h that are compositions, for Tensors and Variables alike.
#pragma once

#include <weft/tensor/array/detail/scalar_axis.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/reduction/reduce.h>

#include <initializer_list>

namespace weft::detail {

// One product of the first half with the second at a time; a last element without a partner waits.
template <class X>
X prod_along(X x, int axis, Where caller) {
  while (x.size(axis) > 1) {
    const std::int64_t half = x.size(axis) / 2;
    const X product = slice(x, axis, 0, half, 1, caller) * At<X>(slice(x, axis, half, 2 * half, 1, caller), caller);
    x = x.size(axis) == 2 * half ? product : concat({product, slice(x, axis, 2 * half, kEnd, 1, caller)}, axis, caller);
  }
  return x;
}

// result[i] combines x[i - 2^k + 1] .. x[i] after step k.
template <class X, class Combine>
X scan(const char* op, X x, int axis, Where caller, Combine combine) {
  if (x.dims() == 0) return x;
  axis = normalize_axis(op, axis, x.dims(), caller);
  for (std::int64_t shift = 1; shift < x.size(axis); shift *= 2) {
    const X earlier = slice(x, axis, 0, x.size(axis) - shift, 1, caller), later = slice(x, axis, shift, kEnd, 1, caller);
    x = concat({slice(x, axis, 0, shift, 1, caller), combine(earlier, later)}, axis, caller);
  }
  return x;
}

template <class X>
X diff(X x, std::int64_t n, int axis, Where caller) {
  check<ValueError>(n >= 0, caller, "diff: n is ", n, ", which is negative");
  check<ShapeError>(x.dims() >= 1, caller, "diff: a scalar has no neighbours");
  axis = normalize_axis("diff", axis, x.dims(), caller);
  for (; n > 0 && x.size(axis) > 0; --n)
    x = slice(x, axis, 1, kEnd, 1, caller) - At<X>(slice(x, axis, 0, x.size(axis) - 1, 1, caller), caller);
  return x;
}

}  // namespace weft::detail
