// Joining, splitting and repeating tensors.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// Concatenates the parts along `axis`. They must agree in all other sizes and in dtype, but a part of shape [0], such as
// tensor({}), is always allowed and adds nothing. Throws ValueError if there are no parts, ShapeError, DtypeError, IndexError.
Tensor concat(std::span<const Tensor> parts, int axis = 0, Where caller = Where::here());
Tensor concat(std::initializer_list<Tensor> parts, int axis = 0, Where caller = Where::here());

// Stacks the parts, which have the same shape, along a new axis before `axis`; -1 puts it at the end. Throws as concat does.
Tensor stack(std::span<const Tensor> parts, int axis = 0, Where caller = Where::here());
Tensor stack(std::initializer_list<Tensor> parts, int axis = 0, Where caller = Where::here());

// Returns views of `sizes` elements each along an axis. Throws ShapeError unless the sizes add up to the axis's size.
std::vector<Tensor> split(const Tensor& x, std::span<const std::int64_t> sizes, int axis = 0, Where caller = Where::here());
std::vector<Tensor> split(const Tensor& x, std::initializer_list<std::int64_t> sizes, int axis = 0, Where caller = Where::here());
// Returns views of `size` elements each; the last one may be shorter. Throws ValueError if `size` is below 1.
std::vector<Tensor> split(const Tensor& x, std::int64_t size, int axis = 0, Where caller = Where::here());

// The inverse of stack: returns a view for each index of an axis, which is removed from the shape.
std::vector<Tensor> unbind(const Tensor& x, int axis = 0, Where caller = Where::here());

// The number of elements to add before and after the elements of an axis; negative numbers remove elements.
struct Padding {
  std::int64_t before = 0, after = 0;
};

// Returns x surrounded by `value`, with one Padding per axis. Throws ShapeError if the number of paddings differs from the number
// of axes, or if a negative one removes more than there is.
Tensor pad(const Tensor& x, std::span<const Padding> paddings, AtNumber value = 0, Where caller = Where::here());
Tensor pad(const Tensor& x, std::initializer_list<Padding> paddings, AtNumber value = 0, Where caller = Where::here());

// Returns x with the order of elements along these axes reversed. Throws IndexError, ValueError if an axis occurs twice.
Tensor flip(const Tensor& x, std::span<const int> axes, Where caller = Where::here());
Tensor flip(const Tensor& x, std::initializer_list<int> axes, Where caller = Where::here());

// Repeats x counts[i] times along each axis i (NumPy's tile). Throws ShapeError unless there is one count per axis, ValueError if
// a count is negative.
Tensor repeat(const Tensor& x, const Shape& counts, Where caller = Where::here());

// Moves the elements by `shift` places along an axis; those that leave at the end reappear at the start.
Tensor roll(const Tensor& x, std::int64_t shift, int axis = 0, Where caller = Where::here());

// Returns the sizes of the pieces of at most `size` elements into which an axis of x is split.
std::vector<std::int64_t> split_sizes(const Tensor& x, std::int64_t size, int axis, Where caller);

}  // namespace weft
