// Activations beside those of math.h. Integers give f32. Arguments broadcast. Throws ShapeError if their shapes do not, and
// ValueError for an undefined one or a number outside its range.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// x / (1 + |x|).
Tensor softsign(const Tensor& x, Where caller = Where::here());
// x tanh(softplus(x)). Misra 2019.
Tensor mish(const Tensor& x, Where caller = Where::here());
// log(sigmoid(x)).
Tensor logsigmoid(const Tensor& x, Where caller = Where::here());
// x - tanh(x).
Tensor tanhshrink(const Tensor& x, Where caller = Where::here());
// gelu with an approximation: 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), PyTorch's approximate="tanh".
Tensor gelu_tanh(const Tensor& x, Where caller = Where::here());
// x / 6 + 0.5, clamped to 0 .. 1, and x times that.
Tensor hardsigmoid(const Tensor& x, Where caller = Where::here());
Tensor hardswish(const Tensor& x, Where caller = Where::here());
// x for x > 0, otherwise alpha (exp(x / alpha) - 1). alpha is not 0.
Tensor celu(const Tensor& x, double alpha = 1, Where caller = Where::here());
// 1.0507 elu(x, 1.6733), whose activations keep mean 0 and variance 1. Klambauer et al. 2017.
Tensor selu(const Tensor& x, Where caller = Where::here());
// x - bound above `bound`, x + bound below -bound, otherwise 0. The bound is not negative.
Tensor softshrink(const Tensor& x, double bound = 0.5, Where caller = Where::here());
// x outside -bound .. bound, otherwise 0. The bound is not negative.
Tensor hardshrink(const Tensor& x, double bound = 0.5, Where caller = Where::here());
// x above `bound`, otherwise `value`.
Tensor threshold(const Tensor& x, double bound, double value, Where caller = Where::here());

}  // namespace weft
