// Making tensors.
#pragma once

#include <weft/tensor/at.h>
#include <weft/tensor/tensor.h>

namespace weft {

// Numbers in nested braces, and their shape.
class Nested {
 public:
  template <class N>
  requires std::is_arithmetic_v<N> Nested(N number, Where where = Where::here()) : numbers_{exact_double(number, where)} {}
  // Throws ShapeError when the parts differ in shape.
  Nested(std::initializer_list<Nested> parts, Where where = Where::here());

  const Shape& shape() const { return shape_; }
  const std::vector<double>& numbers() const { return numbers_; }

 private:
  std::vector<double> numbers_;
  Shape shape_;
};

// tensor({{1, 2}, {3, 4}}) has shape [2, 2]; tensor(3) is a scalar, of shape []. Throws ShapeError when nested lists differ in
// shape, ValueError for integers that no double holds: those come from a std::vector<std::int64_t>.
Tensor tensor(const Nested& numbers, DType dtype = DType::f32, Where where = Where::here());

// A copy of `values`, of shape [size] or the given one. Throws ShapeError when the sizes differ.
template <class T>
Tensor tensor(std::span<const T> values, const Shape& shape, Where where = Where::here()) {
  check<ShapeError>(checked_numel("tensor", shape, where) == std::ssize(values), where, "tensor: ", values.size(),
                    " values for shape ", shape);
  Tensor result(shape, dtype_of<T>(), where);
  std::copy(values.begin(), values.end(), result.output<T>());
  return result;
}
template <class T>
Tensor tensor(const std::vector<T>& values, const Shape& shape, Where where = Where::here()) {
  return tensor(std::span<const T>(values), shape, where);
}
template <class T>
Tensor tensor(const std::vector<T>& values, Where where = Where::here()) {
  return tensor(std::span<const T>(values), {std::ssize(values)}, where);
}

// Looks at the caller's memory without a copy; it must outlive the tensor and its views. After writing there, call touch().
// Throws ShapeError for a negative size.
template <class T>
Tensor borrow(T* data, const Shape& shape, Where where = Where::here()) {
  auto bytes = static_cast<std::size_t>(checked_numel("borrow", shape, where)) * sizeof(T);
  return {Storage::borrow(data, bytes), 0, shape, row_major_strides(shape), dtype_of<T>()};
}

// Throw ShapeError for a negative or too large size, Error when there is no memory.
Tensor zeros(const Shape& shape, DType dtype = DType::f32, Where where = Where::here());
Tensor ones(const Shape& shape, DType dtype = DType::f32, Where where = Where::here());
Tensor full(const Shape& shape, double value, DType dtype = DType::f32, Where where = Where::here());
// start, start + step, ... below stop. Throws ValueError when step is 0, or for
// an end that is not reached.
Tensor arange(double start, double stop, double step = 1, DType dtype = DType::i64, Where where = Where::here());
// 0, 1, ... below stop.
Tensor arange(std::int64_t stop, DType dtype = DType::i64, Where where = Where::here());
// The [n, n] identity.
Tensor eye(std::int64_t n, DType dtype = DType::f32, Where where = Where::here());

// Writes `value` to every element.
void fill(Tensor& tensor, double value, Where where = Where::here());

}  // namespace weft
