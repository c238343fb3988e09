#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/functions/activations.h>
#include <weft/tensor/elementwise/detail/piecewise_ops.h>
#include <weft/tensor/elementwise/detail/smooth_activation_ops.h>
#include <weft/tensor/functions/detail/activation_bounds.h>

namespace weft {

Variable softsign(const Variable& x, Where caller) { return softsign_op(x, caller); }
Variable mish(const Variable& x, Where caller) { return mish_op(x, caller); }
Variable logsigmoid(const Variable& x, Where caller) { return logsigmoid_op(x, caller); }
Variable tanhshrink(const Variable& x, Where caller) { return tanhshrink_op(x, caller); }
Variable gelu_tanh(const Variable& x, Where caller) { return gelu_tanh_op(x, caller); }
Variable hardsigmoid(const Variable& x, Where caller) { return hardsigmoid_op(x, caller); }
Variable hardswish(const Variable& x, Where caller) { return hardswish_op(x, caller); }
Variable celu(const Variable& x, double alpha, Where caller) { return celu_op(x, checked_alpha(alpha, caller), caller); }
Variable selu(const Variable& x, Where caller) { return selu_op(x, caller); }
Variable softshrink(const Variable& x, double bound, Where caller) {
  return softshrink_op(x, checked_bound("softshrink", bound, caller), caller);
}
Variable hardshrink(const Variable& x, double bound, Where caller) {
  return hardshrink_op(x, checked_bound("hardshrink", bound, caller), caller);
}
Variable threshold(const Variable& x, double bound, double value, Where caller) { return threshold_op(x, bound, value, caller); }

}  // namespace weft
