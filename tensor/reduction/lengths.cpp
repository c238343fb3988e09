#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/lengths.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

namespace weft {

Tensor checked_lengths(const char* op, const Tensor& lengths, std::int64_t batch, std::int64_t time, Where caller) {
  check<ValueError>(lengths.defined(), caller, op, ": the lengths are undefined");
  check<DtypeError>(lengths.dtype() == DType::i64, caller, op, ": lengths must be i64, not ", lengths.dtype());
  check<ShapeError>(lengths.shape() == Shape{batch}, caller, op, ": lengths must have shape ", Shape{batch}, ", not ",
                    lengths.shape());
  Tensor result = contiguous(lengths);
  auto values = result.span<std::int64_t>();
  for (std::size_t i = 0; i < values.size(); ++i)
    check<IndexError>(values[i] >= 0 && values[i] <= time, caller, op, ": length ", values[i], " of example ", i,
                      " is outside 0..", time);
  return result;
}

Tensor length_mask(const Tensor& lengths, std::int64_t time, Where caller) {
  OpScope profile("length_mask", caller, lengths);
  const std::int64_t batch = lengths.numel();
  const Tensor values = checked_lengths("length_mask", lengths, batch, time, caller);
  Tensor mask({batch, time}, DType::boolean);
  bool* row = mask.output<bool>();
  for (std::int64_t length : values.span<std::int64_t>()) {
    std::fill(row, row + length, true);
    std::fill(row + length, row + time, false);
    row += time;
  }
  return mask;
}

namespace {

// Returns whether four such numbers can be multiplied without overflow. False for NaN.
template <class T>
bool all_small(const T* x, std::int64_t count) {
  const T bound = std::sqrt(std::sqrt(std::numeric_limits<T>::max()));
  bool small = true;
  for (std::int64_t i = 0; i < count; ++i) small &= std::abs(x[i]) <= bound;
  return small;
}

}  // namespace

bool has_harmless_padding(const Tensor& x, const Tensor& lengths, int axis, Where caller, const char* op) {
  const int time_axis = normalize_axis(op, axis, x, caller);
  check<ShapeError>(time_axis > 0, caller, op, ": takes [batch, .., time, ..], not ", x.shape(), " with time at axis ", axis);
  const Tensor values = checked_lengths(op, lengths, x.shape()[0], x.shape()[time_axis], caller);
  const auto* counts = values.data<std::int64_t>();
  std::atomic<bool> harmless{true};
  visit_floating(op, x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const std::int64_t example = x.numel() / std::max<std::int64_t>(x.shape()[0], 1);
    parallel_for(x.shape()[0], std::max<std::int64_t>(1, (1 << 15) / std::max<std::int64_t>(example, 1)),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t i = begin; i < end && harmless; ++i) {
                     const Tensor padding = contiguous(slice(select(x, 0, i), time_axis - 1, counts[i]));
                     if (!all_small(padding.data<T>(), padding.numel())) harmless = false;
                   }
                 });
  });
  return harmless;
}

Tensor length_mask_along(const Tensor& lengths, const Shape& shape, int axis) {
  const int time_axis = axis < 0 ? axis + shape.dims() : axis;
  Shape broadcast = Shape::filled(shape.dims(), 1);
  broadcast[0] = shape[0];
  broadcast[time_axis] = shape[time_axis];
  return reshape(length_mask(lengths, shape[time_axis]), broadcast);
}

Tensor harmless_padding(const Tensor& x, const Tensor& lengths, int axis, Where caller, const char* op) {
  check_defined(op, x, caller);
  if (!lengths.defined() || has_harmless_padding(x, lengths, axis, caller, op)) return x;
  return where(length_mask_along(lengths, x.shape(), axis), x, 0.0);
}

Tensor harmless_ids(const Tensor& ids, const Tensor& lengths, std::int64_t count, Where caller, const char* op) {
  // Ids of another dtype or shape are refused by the lookup itself.
  if (!lengths.defined() || !ids.defined() || ids.dims() != 2 || (ids.dtype() != DType::i64 && ids.dtype() != DType::i32))
    return ids;
  const Tensor whole = contiguous(cast(ids, DType::i64));
  bool inside = true;
  for (std::int64_t id : whole.span<std::int64_t>()) inside &= id >= 0 && id < count;
  if (inside) return ids;
  const std::int64_t batch = ids.size(0), time = ids.size(1);
  const Tensor counts = checked_lengths(op, lengths, batch, time, caller);
  Tensor result = clone(whole);
  std::int64_t* row = result.output<std::int64_t>();
  for (std::int64_t length : counts.span<std::int64_t>()) {
    std::fill(row + length, row + time, 0);
    row += time;
  }
  return result;
}

}  // namespace weft
