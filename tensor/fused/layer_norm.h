// Layer normalisation.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, where mean and variance (divided by dim) are over the last axis: x
// [..., dim], weight and bias [dim]; an undefined weight is 1, an undefined bias 0. f32 or f64. The bits of a row depend only on
// that row. Throws ShapeError, DtypeError. Ba, Kiros, Hinton 2016.
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon = 1e-5, Where caller = Where::here());

// What the gradient needs besides the arguments: mean and 1 / sqrt(variance + epsilon) of each row, and the correction of
// normalized numbers for the rounding of the mean. Only for the kernel: rows of very large numbers are stored in another scale.
struct LayerNormResult {
  Tensor y, mean, inverse_deviation, shift;
};
LayerNormResult layer_norm_forward(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon, Where caller);

// The gradients with respect to x, weight and bias that are wanted. With each_row, those of weight and bias are still to be
// summed over all rows: [rows, dim].
struct LayerNormGradients {
  Tensor x, weight, bias;
};
struct LayerNormWanted {
  bool x, weight, bias, each_row = false;
};
LayerNormGradients layer_norm_backward(const Tensor& x, const Tensor& weight, const LayerNormResult& result,
                                       const Tensor& gradient, LayerNormWanted wanted);

}  // namespace weft
