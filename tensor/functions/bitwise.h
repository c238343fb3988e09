// Operations on the bits of integers. Results have the wider dtype of the arguments, bools count as one bit. Arguments broadcast.
// Throws DtypeError for floating arguments, ShapeError, and ValueError for a shift by a negative number or by all bits or more.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

Tensor bitwise_and(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor bitwise_or(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor bitwise_xor(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor bitwise_not(const Tensor& x, Where caller = Where::here());
Tensor bitwise_left_shift(const Tensor& a, const Tensor& b, Where caller = Where::here());
// Of signed integers the sign is kept.
Tensor bitwise_right_shift(const Tensor& a, const Tensor& b, Where caller = Where::here());

}  // namespace weft
