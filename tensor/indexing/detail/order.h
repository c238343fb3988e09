// The functions of order.h, for Tensors and Variables alike.
#pragma once

#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/functions/classify.h>
#include <weft/tensor/indexing/sort.h>

#include <cmath>
#include <limits>

namespace weft::detail {

inline const Tensor& values_of(const Tensor& x) { return x; }
template <class X>
const Tensor& values_of(const X& x) {
  return x.tensor();
}

template <class X>
Sorted<X> kthvalue(const X& x, std::int64_t k, int axis, Where caller) {
  if (x.dims() == 0) {
    const Sorted<X> one = kthvalue(reshape(x, {1}, caller), k, 0, caller);
    return {one.values, one.indices};
  }
  const Sorted<X> sorted = sort(x, axis, Order::ascending, caller);
  check<ValueError>(k >= 1 && k <= x.size(axis), caller, "kthvalue: k is ", k, ", outside 1 .. ", x.size(axis));
  return {select(sorted.values, axis, k - 1, caller), select(sorted.indices, axis, k - 1, caller)};
}

// The element at `position` of the sorted axis, between two elements, and NaN if the last one, which sorts behind all numbers,
// is.
template <class X>
X at_position(const char* op, const X& x, double fraction, bool interpolate, int axis, Where caller) {
  if (x.dims() == 0) return at_position(op, reshape(x, {1}, caller), fraction, interpolate, 0, caller);
  const X sorted = sort(x, axis, Order::ascending, caller).values;
  check<ShapeError>(x.size(axis) > 0, caller, op, ": axis ", axis, " of ", x.shape(), " has no elements");
  const std::int64_t last = x.size(axis) - 1;
  const double position = fraction * static_cast<double>(last);
  const auto lower = static_cast<std::int64_t>(std::floor(position));
  X result = select(sorted, axis, lower, caller);
  if (interpolate && position > static_cast<double>(lower)) {
    const X upper = select(sorted, axis, lower + 1, caller);
    result = result + (upper - result) * (position - static_cast<double>(lower));
  }
  const Tensor top = select(values_of(sorted), axis, last, caller);
  if (!is_floating(top.dtype())) return result;
  const Tensor spoilt = isnan(top, caller);
  return where(spoilt, std::numeric_limits<double>::quiet_NaN(), result, caller);
}

}  // namespace weft::detail
