#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/elementwise/detail/activation_ops.h>

namespace weft {

using integer::alone;

Tensor tanh(const Tensor& x, Where caller) { return tanh_op(x, caller); }
Tensor sigmoid(const Tensor& x, Where caller) { return sigmoid_op(x, caller); }
Tensor relu(const Tensor& x, Where caller) {
  return alone(x) ? integer::maximum(x, integer::scalar("relu", x, 0.0, caller), caller) : relu_op(x, caller);
}
Tensor leaky_relu(const Tensor& x, double slope, Where caller) { return leaky_relu_op(x, slope, caller); }
Tensor elu(const Tensor& x, double alpha, Where caller) { return elu_op(x, alpha, caller); }
Tensor gelu(const Tensor& x, Where caller) { return gelu_op(x, caller); }
Tensor silu(const Tensor& x, Where caller) { return silu_op(x, caller); }
Tensor softplus(const Tensor& x, Where caller) { return softplus_op(x, caller); }
Tensor clamp(const Tensor& x, AtNumber low, AtNumber high, Where caller) {
  return alone(x, low.value) && alone(x, high.value) ? integer::clamp(x, low.value, high.value, caller)
                                                     : clamp_op(x, low.value, high.value, caller);
}

}  // namespace weft
