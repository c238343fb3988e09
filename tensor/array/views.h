// Views: the same memory seen with another shape. Nothing is copied, except where reshape has to.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <limits>

namespace weft {

inline constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

// Returns the same elements in row-major order with another shape; one size may be -1 and is inferred. Copies if the strides do
// not allow a view. Throws ShapeError if the numbers of elements differ.
Tensor reshape(const Tensor& x, const Shape& shape, Where caller = Where::here());

// Swaps two axes. A scalar is returned unchanged and accepts the axes 0 and -1.
Tensor transpose(const Tensor& x, int axis_a = -2, int axis_b = -1, Where caller = Where::here());

// Reorders the axes: axis i of the result is axis order[i] of x.
Tensor permute(const Tensor& x, std::initializer_list<int> order, Where caller = Where::here());
Tensor permute(const Tensor& x, std::span<const int> order, Where caller = Where::here());

// Returns elements start, start + step, ... below stop of an axis. Negative start and stop count from the end; both are clamped
// as in Python. A negative step walks backwards from start, down to but not including stop. Throws ValueError if step is 0.
Tensor slice(const Tensor& x, int axis, std::int64_t start, std::int64_t stop = kEnd, std::int64_t step = 1,
             Where caller = Where::here());

// Selects one index of an axis, which is removed from the shape. Throws IndexError.
Tensor select(const Tensor& x, int axis, std::int64_t index, Where caller = Where::here());

// Repeats axes of size 1, and new leading axes, to reach `shape`, with stride 0. A size of -1 keeps the axis's size. Throws
// ShapeError.
Tensor expand(const Tensor& x, const Shape& shape, Where caller = Where::here());

// Removes an axis of size 1. Throws ShapeError if its size is not 1. A scalar is returned unchanged and accepts the axes 0 and
// -1.
Tensor squeeze(const Tensor& x, int axis, Where caller = Where::here());

// Inserts an axis of size 1 before `axis`; -1 appends it at the end.
Tensor unsqueeze(const Tensor& x, int axis, Where caller = Where::here());

// The first index and the number of elements of a slice; shared with the gradient of slice.
struct SliceRange {
  std::int64_t start, count;
};
SliceRange slice_range(std::int64_t size, std::int64_t start, std::int64_t stop, std::int64_t step);

}  // namespace weft
