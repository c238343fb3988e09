// Shape: the sizes (or strides) of up to eight dimensions, held inline.
#pragma once

#include <weft/tensor/base/error.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>

namespace weft {

inline constexpr int kMaxDims = 8;

// A short list of integers, one per dimension. It is cheap to copy and never allocates.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> sizes, Where caller = Where::here())
      : Shape(std::span(sizes.begin(), sizes.size()), caller) {}
  Shape(std::span<const std::int64_t> sizes, Where caller = Where::here());
  // Returns `dims` copies of `value`.
  static Shape filled(int dims, std::int64_t value);

  int dims() const { return dims_; }
  std::int64_t& operator[](int axis) { return sizes_[static_cast<std::size_t>(axis)]; }
  std::int64_t operator[](int axis) const { return sizes_[static_cast<std::size_t>(axis)]; }
  // Returns the size of the i-th dimension from the end; 0 is the last.
  std::int64_t back(int i = 0) const { return (*this)[dims_ - 1 - i]; }
  const std::int64_t* begin() const { return sizes_.data(); }
  const std::int64_t* end() const { return sizes_.data() + dims_; }

  // The product of the sizes; 1 for a scalar.
  std::int64_t numel() const {
    std::int64_t product = 1;
    for (std::int64_t size : *this) product *= size;
    return product;
  }
  void push_back(std::int64_t size, Where caller = Where::here());
  void insert(int axis, std::int64_t size, Where caller = Where::here());
  void erase(int axis);

  bool operator==(const Shape& other) const {
    if (dims_ != other.dims_) return false;
    for (int i = 0; i < dims_; ++i)
      if ((*this)[i] != other[i]) return false;
    return true;
  }

 private:
  std::array<std::int64_t, kMaxDims> sizes_;
  int dims_ = 0;
};

// Prints as "[2, 3]".
std::ostream& operator<<(std::ostream& out, const Shape& shape);

// Returns the strides, in elements, of a row-major tensor.
Shape row_major_strides(const Shape& shape);

// Returns the axis counted from the front; -1 is the last one. Throws IndexError outside -dims .. dims-1.
int normalize_axis(const char* op, int axis, int dims, Where caller);

// Returns the number of elements. Throws ShapeError for a negative size, and for more elements than any memory could hold.
std::int64_t checked_numel(const char* op, const Shape& shape, Where caller);

// Returns the index of the element at `position` in row-major order.
Shape index_at(const Shape& shape, std::int64_t position);

// Broadcasts by NumPy's rule: sizes are aligned at the end and must be equal or 1. Throws ShapeError.
Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b, Where caller);

}  // namespace weft
