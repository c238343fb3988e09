// Making tensors.
#pragma once

#include <weft/tensor/tensor.h>

namespace weft {

// Numbers in nested braces, and their shape.
class Nested {
 public:
  template <class N>
  requires std::is_arithmetic_v<N> Nested(N number) : numbers_{static_cast<double>(number)} {}
  // Throws ShapeError when the parts differ in shape.
  Nested(std::initializer_list<Nested> parts, Where where = Where::here());

  const Shape& shape() const { return shape_; }
  const std::vector<double>& numbers() const { return numbers_; }

 private:
  std::vector<double> numbers_;
  Shape shape_;
};

// tensor({{1, 2}, {3, 4}}) has shape [2, 2]; tensor(3) is a scalar, of shape [].
Tensor tensor(const Nested& numbers, DType dtype = DType::f32);

// A copy of `values`, of shape [size] or the given one. Throws ShapeError when the sizes differ.
template <class T>
Tensor tensor(std::span<const T> values, const Shape& shape, Where where = Where::here()) {
  check<ShapeError>(shape.numel() == std::ssize(values), where, "tensor: ", values.size(), " values for shape ", shape);
  Tensor result(shape, dtype_of<T>());
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
template <class T>
Tensor borrow(T* data, const Shape& shape) {
  auto bytes = static_cast<std::size_t>(shape.numel()) * sizeof(T);
  return {Storage::borrow(data, bytes), 0, shape, row_major_strides(shape), dtype_of<T>()};
}

Tensor zeros(const Shape& shape, DType dtype = DType::f32);
Tensor ones(const Shape& shape, DType dtype = DType::f32);
Tensor full(const Shape& shape, double value, DType dtype = DType::f32);
// start, start + step, ... below stop. Throws ValueError when step is 0.
Tensor arange(double start, double stop, double step = 1, DType dtype = DType::i64, Where where = Where::here());
// 0, 1, ... below stop.
Tensor arange(std::int64_t stop, DType dtype = DType::i64);
// The [n, n] identity.
Tensor eye(std::int64_t n, DType dtype = DType::f32);

// Writes `value` to every element.
void fill(Tensor& tensor, double value, Where where = Where::here());

}  // namespace weft
