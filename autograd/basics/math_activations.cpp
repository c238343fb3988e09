#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/elementwise/detail/activation_ops.h>

namespace weft {

// Integers have no gradient, so the functions of Tensors compute them.
Variable tanh(const Variable& x, Where where) { return tanh_op(x, where); }
Variable sigmoid(const Variable& x, Where where) { return sigmoid_op(x, where); }
Variable relu(const Variable& x, Where where) {
  return integer::alone(x.tensor()) ? Variable(relu(x.tensor(), where)) : relu_op(x, where);
}
Variable leaky_relu(const Variable& x, double slope, Where where) { return leaky_relu_op(x, slope, where); }
Variable elu(const Variable& x, double alpha, Where where) { return elu_op(x, alpha, where); }
Variable gelu(const Variable& x, Where where) { return gelu_op(x, where); }
Variable silu(const Variable& x, Where where) { return silu_op(x, where); }
Variable softplus(const Variable& x, Where where) { return softplus_op(x, where); }
Variable clamp(const Variable& x, AtNumber low, AtNumber high, Where where) {
  return integer::alone(x.tensor(), low.value) && integer::alone(x.tensor(), high.value)
             ? Variable(clamp(x.tensor(), low.value, high.value, where))
             : clamp_op(x, low.value, high.value, where);
}

}  // namespace weft
