// Reductions over axes.
//
// In all functions, `axes` are the axes to reduce; negative ones count from the end, and an empty list means all. Each is
// dropped, or kept with size 1 if `keepdim` is true. The order of operations depends only on the shape and the axes, and the
// result of a row does not depend on other rows. NaN propagates. A scalar has the axes 0 and -1. All throw IndexError for an axis
// out of range, ValueError for one that is repeated.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// A list of axes, held inline: {0, 1}, or one number.
class Axes {
 public:
  Axes() = default;
  Axes(int axis) { push_back(axis); }
  Axes(std::initializer_list<int> axes, Where caller = Where::here()) {
    for (int axis : axes) push_back(axis, caller);
  }
  void push_back(int axis, Where caller = Where::here()) {
    check<ShapeError>(size_ < kMaxDims, caller, "axes: at most ", kMaxDims);
    axes_[static_cast<std::size_t>(size_++)] = axis;
  }
  bool empty() const { return size_ == 0; }
  const int* begin() const { return axes_.data(); }
  const int* end() const { return axes_.data() + size_; }

 private:
  std::array<int, kMaxDims> axes_{};
  int size_ = 0;
};

// The sum; 0 for no elements. Floating tensors keep their dtype, others give i64.
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());

// sum / count; NaN for no elements. Integers give f32, as in all functions below.
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());

// The mean over the first lengths[i] positions of example i: x [batch, time, ...], lengths i64 [batch] -> [batch, ...]. A length
// of 0 gives zeros. Values after the lengths change no bit. Throws ShapeError, DtypeError, IndexError for a length outside
// 0..time.
Tensor mean(const Tensor& x, const Tensor& lengths, Where caller = Where::here());

// The largest (smallest) element. Throws ShapeError if there are no elements.
Tensor max(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Tensor min(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());

// The position of that element within the reduced axes, counted row-major, i64. Of equal elements the first counts; NaN counts as
// the extreme.
Tensor argmax(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Tensor argmin(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());

// The extremes and their indices, which argmax and argmin give too, found in one pass.
struct Extremes {
  Tensor values;
  Tensor indices;
};
Extremes max_with_indices(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Extremes min_with_indices(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());

// log(sum(exp(x))), without overflow. -inf if every element is -inf.
Tensor logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());

// sum((x - mean)^2) / max(0, count - correction).
Tensor var(const Tensor& x, const Axes& axes = {}, double correction = 1, bool keepdim = false, Where caller = Where::here());

// x minus its mean over some axes, and the sum of squares of the differences, with the axes kept with size 1. Equal numbers give
// zeros, however large they are.
struct Deviations {
  Tensor apart;
  Tensor squares;
};
Deviations deviations(const Tensor& x, const Axes& axes, Where caller = Where::here());

// (sum(|x|^p))^(1/p), without overflow. For p = 0 the number of elements that are not 0; for infinite p the largest (p = -inf:
// smallest) |x|. Throws ValueError if p is NaN.
Tensor norm(const Tensor& x, const Axes& axes = {}, double p = 2, bool keepdim = false, Where caller = Where::here());

// Returns a bool mask of `shape` that is true at the positions that argmax or argmin returned for these axes.
Tensor position_mask(const Tensor& positions, const Shape& shape, unsigned mask);

// Returns 1 / lengths[i] at the first lengths[i] positions of example i, 0 elsewhere: [batch, time, 1, ...] with `dims`
// dimensions. mean(x, lengths) is the sum of x times these weights.
Tensor mean_weights(const Tensor& lengths, std::int64_t time, int dims, DType dtype);

// Sums x over the axes along which `shape` was broadcast to x's shape: the gradient of expand.
Tensor sum_to(const Tensor& x, const Shape& shape, Where caller = Where::here());

// Returns a mask with bit i set if axis i of x is among `axes` (all bits for an empty list). Throws IndexError for an axis out of
// range, ValueError for a repeated axis or an undefined x.
unsigned axis_mask(const char* op, const Axes& axes, const Tensor& x, Where caller);

// Returns the shape after reducing those axes.
Shape reduced_shape(const Shape& shape, unsigned mask, bool keepdim);

// Returns the number of elements that are reduced to one.
std::int64_t reduced_count(const Shape& shape, unsigned mask);

}  // namespace weft
