// Reductions over axes.
//
// Everywhere: `axes` are the axes to reduce, negative ones counted from the end, none for all; each is dropped, or kept with size
// 1. The order of operations depends on the shape and the axes alone, and what a row gives does not depend on the other rows.
// NaN propagates. A scalar has the axes 0 and -1. All throw IndexError for an axis out of range, ValueError for a second one.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// A list of axes, held inline: {0, 1}, or one number.
class Axes {
 public:
  Axes() = default;
  Axes(int axis) { push_back(axis); }
  Axes(std::initializer_list<int> axes, Where where = Where::here()) {
    for (int axis : axes) push_back(axis, where);
  }
  void push_back(int axis, Where where = Where::here()) {
    check<ShapeError>(size_ < kMaxDims, where, "axes: at most ", kMaxDims);
    axes_[static_cast<std::size_t>(size_++)] = axis;
  }
  bool empty() const { return size_ == 0; }
  const int* begin() const { return axes_.data(); }
  const int* end() const { return axes_.data() + size_; }

 private:
  std::array<int, kMaxDims> axes_{};
  int size_ = 0;
};

// Sum; 0 for no numbers. Floating tensors keep their dtype, others give i64.
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());

// sum / count; NaN for no numbers. f32 for integers, as all functions below give.
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());

// The mean over the first lengths[i] positions of example i: x [batch, time, ...], lengths i64 [batch] -> [batch, ...]. A length
// of 0 gives zeros. What stands behind the lengths changes no bit. Throws ShapeError, DtypeError, IndexError for a length outside
// 0..time.
Tensor mean(const Tensor& x, const Tensor& lengths, Where where = Where::here());

// The largest (smallest) element. Throws ShapeError for no numbers.
Tensor max(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
Tensor min(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());

// Its position in the reduced axes, counted row-major, i64; of equal ones the first, and NaN comes before all.
Tensor argmax(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
Tensor argmin(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());

// Both in one pass.
struct Extremes {
  Tensor values;
  Tensor positions;
};
Extremes max_with_position(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
Extremes min_with_position(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());

// log(sum(exp(x))), without overflow. -inf where every element is.
Tensor logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());

// sum((x - mean)^2) / max(0, count - correction).
Tensor var(const Tensor& x, const Axes& axes = {}, double correction = 1, bool keepdim = false, Where where = Where::here());

// x minus its mean over some axes, and the sum of squares of that, the axes kept with size 1. Equal numbers give zeros, however
// large they are.
struct Deviations {
  Tensor apart;
  Tensor squares;
};
Deviations deviations(const Tensor& x, const Axes& axes, Where where = Where::here());

// (sum(|x|^p))^(1/p), without overflow; how many are not 0 for p = 0, the largest (smallest) |x| for an infinite p. Not for NaN.
Tensor norm(const Tensor& x, const Axes& axes = {}, double p = 2, bool keepdim = false, Where where = Where::here());

// A bool mask of `shape`, true at the positions that argmax or argmin gave for these axes.
Tensor position_mask(const Tensor& positions, const Shape& shape, unsigned mask);

// 1 / lengths[i] at the first lengths[i] positions of example i, else 0: [batch, time, 1, ...] with `dims` dimensions. mean(x,
// lengths) is the sum of x times these.
Tensor mean_weights(const Tensor& lengths, std::int64_t time, int dims, DType dtype);

// Sums x over the axes along which `shape` was broadcast to x's shape: the gradient of expand.
Tensor sum_to(const Tensor& x, const Shape& shape, Where where = Where::here());

// Bit i is set when axis i of x is among `axes` (all bits for an empty list). Throws IndexError, ValueError for one that stands
// twice or an undefined x.
unsigned axis_mask(const char* op, const Axes& axes, const Tensor& x, Where where);

// The shape after reducing those axes.
Shape reduced_shape(const Shape& shape, unsigned mask, bool keepdim);

// The number of elements that go into one.
std::int64_t reduced_count(const Shape& shape, unsigned mask);

}  // namespace weft
