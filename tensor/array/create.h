// Making tensors.
#pragma once

#include <weft/tensor/array/at.h>
#include <weft/tensor/array/tensor.h>

namespace weft {

// Numbers in nested braces, and their shape.
class Nested {
 public:
  template <class N>
  requires std::is_arithmetic_v<N> Nested(N number, Where caller = Where::here()) : numbers_{exact_double(number, caller)} {}
  // Throws ShapeError if the parts differ in shape.
  Nested(std::initializer_list<Nested> parts, Where caller = Where::here());

  const Shape& shape() const { return shape_; }
  const std::vector<double>& numbers() const { return numbers_; }

 private:
  std::vector<double> numbers_;
  Shape shape_;
};

// tensor({{1, 2}, {3, 4}}) has shape [2, 2]; tensor(3) is a scalar, of shape []. Throws ShapeError if the nested lists differ in
// shape, and ValueError for a number that the dtype cannot hold, such as 300 or -1.5 in u8, or for an integer that no double
// represents exactly: use a std::vector<std::int64_t> for such integers.
Tensor tensor(const Nested& numbers, DType dtype = DType::f32, Where caller = Where::here());

// Returns a copy of `values`, of shape [size] or the given one. Throws ShapeError if the sizes differ.
template <class T>
Tensor tensor(std::span<const T> values, const Shape& shape, Where caller = Where::here()) {
  check<ShapeError>(checked_numel("tensor", shape, caller) == std::ssize(values), caller, "tensor: ", values.size(),
                    " values for shape ", shape);
  Tensor result(shape, dtype_of<T>(), caller);
  std::copy(values.begin(), values.end(), result.output<T>());
  return result;
}
template <class T>
Tensor tensor(const std::vector<T>& values, const Shape& shape, Where caller = Where::here()) {
  return tensor(std::span<const T>(values), shape, caller);
}
template <class T>
Tensor tensor(const std::vector<T>& values, Where caller = Where::here()) {
  return tensor(std::span<const T>(values), {std::ssize(values)}, caller);
}

// Returns a tensor on the caller's memory, without a copy. The memory must outlive the tensor and its views; call touch() after
// writing to it. Throws ShapeError for a negative size.
template <class T>
Tensor borrow(T* data, const Shape& shape, Where caller = Where::here()) {
  auto bytes = static_cast<std::size_t>(checked_numel("borrow", shape, caller)) * sizeof(T);
  return {Storage::borrow(data, bytes), 0, shape, row_major_strides(shape), dtype_of<T>()};
}

// These throw ShapeError for a negative or too large size, ValueError for a number that the dtype cannot hold, and Error if
// memory runs out.
Tensor zeros(const Shape& shape, DType dtype = DType::f32, Where caller = Where::here());
Tensor ones(const Shape& shape, DType dtype = DType::f32, Where caller = Where::here());
Tensor full(const Shape& shape, AtNumber value, DType dtype = DType::f32, Where caller = Where::here());

namespace detail {
template <class... N>
inline constexpr DType kRangeType = (std::is_integral_v<N> && ...) ? DType::i64 : DType::f32;
template <class N>
std::int64_t whole(N number, Where caller) {
  if constexpr (std::is_same_v<N, std::uint64_t>)
    check<ValueError>(number >> 63 == 0, caller, "arange: the number ", number, " cannot be represented as i64");
  return static_cast<std::int64_t>(number);
}
Tensor whole_range(std::int64_t start, std::int64_t stop, std::int64_t step, DType dtype, Where caller);
Tensor real_range(double start, double stop, double step, DType dtype, Where caller);
}  // namespace detail

// Returns start, start + step, ... below stop, or above it for a negative step: max(0, ceil((stop - start) / step)) numbers, as
// in NumPy. The dtype follows the arguments: i64 for integers, f32 if one of them is floating. Throws ValueError if step is 0, if
// the end cannot be reached, and for numbers that a given dtype cannot hold.
template <class A, class B, class C = int>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B>&& std::is_arithmetic_v<C>) Tensor
    arange(A start, B stop, C step = 1, DType dtype = detail::kRangeType<A, B, C>, Where caller = Where::here()) {
  if constexpr (detail::kRangeType<A, B, C> == DType::i64)
    return detail::whole_range(detail::whole(start, caller), detail::whole(stop, caller), detail::whole(step, caller), dtype,
                               caller);
  else
    return detail::real_range(static_cast<double>(start), static_cast<double>(stop), static_cast<double>(step), dtype, caller);
}
// Returns 0, 1, ... below stop.
template <class N>
requires std::is_arithmetic_v<N> Tensor arange(N stop, DType dtype = detail::kRangeType<N>, Where caller = Where::here()) {
  return arange(N{0}, stop, 1, dtype, caller);
}

// Returns the [n, n] identity matrix.
Tensor eye(std::int64_t n, DType dtype = DType::f32, Where caller = Where::here());

// Writes `value` to every element. Throws ValueError for a number that the dtype cannot hold.
void fill(Tensor& tensor, AtNumber value, Where caller = Where::here());

}  // namespace weft
