// Views: the same memory seen with another shape. Nothing is copied, except where reshape says so.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <limits>

namespace weft {

inline constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

// The same elements in row-major order with another shape; one size may be -1 and is worked out. Copies when the strides do not
// allow a view. Throws ShapeError when the counts differ.
Tensor reshape(const Tensor& x, const Shape& shape, Where where = Where::here());

// Swaps two axes. A scalar stays what it is, with the axes 0 and -1.
Tensor transpose(const Tensor& x, int axis_a = -2, int axis_b = -1, Where where = Where::here());

// Axis i of the result is axis order[i] of x.
Tensor permute(const Tensor& x, std::initializer_list<int> order, Where where = Where::here());
Tensor permute(const Tensor& x, std::span<const int> order, Where where = Where::here());

// Elements start, start + step, ... below stop of an axis. Negative start and stop count from the end; both are clamped as in
// Python. A negative step walks backwards from start, down to but not including stop. Throws ValueError when step is 0.
Tensor slice(const Tensor& x, int axis, std::int64_t start, std::int64_t stop = kEnd, std::int64_t step = 1,
             Where where = Where::here());

// One index of an axis, which disappears. Throws IndexError.
Tensor select(const Tensor& x, int axis, std::int64_t index, Where where = Where::here());

// Repeats axes of size 1, and new axes in front, to `shape`, by stride 0. -1 keeps a size. Throws ShapeError.
Tensor expand(const Tensor& x, const Shape& shape, Where where = Where::here());

// Drops an axis of size 1. Throws ShapeError when its size is another. A scalar stays what it is, with the axis 0 or -1.
Tensor squeeze(const Tensor& x, int axis, Where where = Where::here());

// Puts an axis of size 1 before `axis`; -1 puts it at the end.
Tensor unsqueeze(const Tensor& x, int axis, Where where = Where::here());

// Where in the memory a slice starts and how many elements it has; shared with the gradient of slice.
struct SliceRange {
  std::int64_t start, count;
};
SliceRange slice_range(std::int64_t size, std::int64_t start, std::int64_t stop, std::int64_t step);

}  // namespace weft
