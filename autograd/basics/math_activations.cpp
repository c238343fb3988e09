#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/elementwise/detail/activation_ops.h>

namespace weft {

// Integers have no gradient, so the functions of Tensors compute them.
Variable tanh(const Variable& x, Where caller) { return tanh_op(x, caller); }
Variable sigmoid(const Variable& x, Where caller) { return sigmoid_op(x, caller); }
Variable relu(const Variable& x, Where caller) {
  return integer::alone(x.tensor()) ? Variable(relu(x.tensor(), caller)) : relu_op(x, caller);
}
Variable leaky_relu(const Variable& x, double slope, Where caller) { return leaky_relu_op(x, slope, caller); }
Variable elu(const Variable& x, double alpha, Where caller) { return elu_op(x, alpha, caller); }
Variable gelu(const Variable& x, Where caller) { return gelu_op(x, caller); }
Variable silu(const Variable& x, Where caller) { return silu_op(x, caller); }
Variable softplus(const Variable& x, Where caller) { return softplus_op(x, caller); }
Variable clamp(const Variable& x, AtNumber low, AtNumber high, Where caller) {
  return integer::alone(x.tensor(), low.value) && integer::alone(x.tensor(), high.value)
             ? Variable(clamp(x.tensor(), low.value, high.value, caller))
             : clamp_op(x, low.value, high.value, caller);
}

}  // namespace weft
