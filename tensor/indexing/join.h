// Joining tensors, taking them apart, and repeating them.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// The parts along `axis`, alike in all other sizes and the dtype; among others one of shape [0], as tensor({}), adds nothing.
// Throws ValueError for no parts, ShapeError, DtypeError, IndexError.
Tensor concat(std::span<const Tensor> parts, int axis = 0, Where where = Where::here());
Tensor concat(std::initializer_list<Tensor> parts, int axis = 0, Where where = Where::here());

// The parts, all of one shape, along a new axis before `axis`; -1 puts it at the end. Throws as concat does.
Tensor stack(std::span<const Tensor> parts, int axis = 0, Where where = Where::here());
Tensor stack(std::initializer_list<Tensor> parts, int axis = 0, Where where = Where::here());

// Views of `sizes` elements each along an axis. Throws ShapeError unless they add up to its size.
std::vector<Tensor> split(const Tensor& x, std::span<const std::int64_t> sizes, int axis = 0, Where where = Where::here());
std::vector<Tensor> split(const Tensor& x, std::initializer_list<std::int64_t> sizes, int axis = 0, Where where = Where::here());
// Views of `size` elements each; the last one may be shorter. Throws ValueError below 1.
std::vector<Tensor> split(const Tensor& x, std::int64_t size, int axis = 0, Where where = Where::here());

// The inverse of stack: a view for each index of an axis, which disappears.
std::vector<Tensor> unbind(const Tensor& x, int axis = 0, Where where = Where::here());

// How many elements to add before and after an axis; negative ones are taken away.
struct Padding {
  std::int64_t before = 0, after = 0;
};

// x surrounded by `value`; one Padding for each axis. Throws ShapeError for another number of them, or one that takes too much.
Tensor pad(const Tensor& x, std::span<const Padding> paddings, AtNumber value = 0, Where where = Where::here());
Tensor pad(const Tensor& x, std::initializer_list<Padding> paddings, AtNumber value = 0, Where where = Where::here());

// A view with the order of the elements of these axes reversed. Throws IndexError, ValueError for an axis that stands twice.
Tensor flip(const Tensor& x, std::span<const int> axes, Where where = Where::here());
Tensor flip(const Tensor& x, std::initializer_list<int> axes, Where where = Where::here());

// x counts[i] times along each axis i (NumPy's tile). Throws ShapeError unless there is one count per axis, ValueError for
// negative ones.
Tensor repeat(const Tensor& x, const Shape& counts, Where where = Where::here());

// Elements moved `shift` places on along an axis; those that leave at the end come back at the start.
Tensor roll(const Tensor& x, std::int64_t shift, int axis = 0, Where where = Where::here());

// The sizes of the pieces of at most `size` that an axis of x is cut into.
std::vector<std::int64_t> split_sizes(const Tensor& x, std::int64_t size, int axis, Where where);

}  // namespace weft
