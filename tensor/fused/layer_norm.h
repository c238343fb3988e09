// Layer normalisation.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, mean and variance (dividing by dim) taken over the last axis: x
// [..., dim], weight and bias [dim], each of them 1 (0) when undefined. f32 or f64. A row's bits depend on the row alone. Throws
// ShapeError, DtypeError. Ba, Kiros, Hinton 2016.
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon = 1e-5, Where where = Where::here());

// What the gradient needs beside the arguments: mean and 1 / sqrt(variance + epsilon) of each row, and what the rounding of the
// mean makes of the normalized numbers. For the kernel's use alone: rows of very large numbers are kept in another scale.
struct LayerNormResult {
  Tensor y, mean, inverse_deviation, shift;
};
LayerNormResult layer_norm_forward(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon, Where where);

// The gradients by x, weight and bias, those that are wanted.
struct LayerNormGradients {
  Tensor x, weight, bias;
};
struct LayerNormWanted {
  bool x, weight, bias;
};
LayerNormGradients layer_norm_backward(const Tensor& x, const Tensor& weight, const LayerNormResult& result,
                                       const Tensor& gradient, LayerNormWanted wanted);

}  // namespace weft
