// Tensors with the shape of another, and evenly spaced numbers.
#pragma once

#include <weft/tensor/array/create.h>

namespace weft {

// Zeros, ones, or `value`, with the shape and dtype of x. Throws ValueError if x is undefined.
Tensor zeros_like(const Tensor& x, Where caller = Where::here());
Tensor ones_like(const Tensor& x, Where caller = Where::here());
Tensor full_like(const Tensor& x, AtNumber value, Where caller = Where::here());

// `steps` numbers from `start` to `stop`, both included, f32 or f64. Throws ValueError for a negative number of steps, DtypeError
// for integers.
Tensor linspace(double start, double stop, std::int64_t steps, DType dtype = DType::f32, Where caller = Where::here());

}  // namespace weft
