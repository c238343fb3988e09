// Loops over strided tensors: the shape is collapsed to as few axes as the strides allow.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <algorithm>
#include <array>

namespace weft {

// A nest of loops over N operands of one shape. After collapse(), rows() x columns() covers all elements: the last axis is the
// columns, all others are the rows, and offset(row) gives each operand's first element in a row.
template <std::size_t N>
class Loop {
 public:
  Loop(const Shape& shape, const std::array<Shape, N>& strides) : shape_(shape), strides_(strides) { collapse(); }

  std::int64_t columns() const { return shape_.dims() ? shape_.back() : 1; }
  std::int64_t rows() const {
    std::int64_t product = 1;
    for (int i = 0; i + 1 < shape_.dims(); ++i) product *= shape_[i];
    return product;
  }
  // The step from one column to the next.
  std::int64_t stride(std::size_t operand) const { return shape_.dims() ? strides_[operand].back() : 0; }
  // The step from one row to the next, if there is at most one axis of rows.
  std::int64_t row_stride(std::size_t operand) const { return shape_.dims() > 1 ? strides_[operand].back(1) : 0; }
  bool flat() const { return shape_.dims() <= 2; }

  std::array<std::int64_t, N> offset(std::int64_t row) const {
    std::array<std::int64_t, N> at{};
    for (int axis = shape_.dims() - 2; axis >= 0; --axis) {
      std::int64_t i = row % shape_[axis];
      row /= shape_[axis];
      for (std::size_t operand = 0; operand < N; ++operand) at[operand] += i * strides_[operand][axis];
    }
    return at;
  }

  // Returns how many rows, from `row` on, are row_stride apart in every operand.
  std::int64_t rows_in_step(std::int64_t row) const { return shape_.dims() > 1 ? shape_.back(1) - row % shape_.back(1) : 1; }

 private:
  void collapse() {
    for (int axis = shape_.dims() - 1; axis >= 0; --axis)
      if (shape_[axis] == 1 && shape_.dims() > 1) erase(axis);
    for (int axis = shape_.dims() - 2; axis >= 0; --axis) {
      bool joins = std::all_of(strides_.begin(), strides_.end(),
                               [&](const Shape& s) { return s[axis] == s[axis + 1] * shape_[axis + 1]; });
      if (!joins) continue;
      shape_[axis + 1] *= shape_[axis];
      erase(axis);
    }
  }
  void erase(int axis) {
    shape_.erase(axis);
    for (Shape& s : strides_) s.erase(axis);
  }

  Shape shape_;
  std::array<Shape, N> strides_;
};

}  // namespace weft
