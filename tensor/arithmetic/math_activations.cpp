#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/elementwise/detail/activation_ops.h>

namespace weft {

using integer::alone;

Tensor tanh(const Tensor& x, Where where) { return tanh_op(x, where); }
Tensor sigmoid(const Tensor& x, Where where) { return sigmoid_op(x, where); }
Tensor relu(const Tensor& x, Where where) {
  return alone(x) ? integer::maximum(x, integer::scalar("relu", x, 0.0, where), where) : relu_op(x, where);
}
Tensor leaky_relu(const Tensor& x, double slope, Where where) { return leaky_relu_op(x, slope, where); }
Tensor elu(const Tensor& x, double alpha, Where where) { return elu_op(x, alpha, where); }
Tensor gelu(const Tensor& x, Where where) { return gelu_op(x, where); }
Tensor silu(const Tensor& x, Where where) { return silu_op(x, where); }
Tensor softplus(const Tensor& x, Where where) { return softplus_op(x, where); }
Tensor clamp(const Tensor& x, AtNumber low, AtNumber high, Where where) {
  return alone(x, low.value) && alone(x, high.value) ? integer::clamp(x, low.value, high.value, where)
                                                     : clamp_op(x, low.value, high.value, where);
}

}  // namespace weft
