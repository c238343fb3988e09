#include <weft/tensor/elementwise/detail/piecewise_ops.h>
#include <weft/tensor/elementwise/detail/smooth_activation_ops.h>
#include <weft/tensor/functions/activations.h>
#include <weft/tensor/functions/detail/activation_bounds.h>

namespace weft {

Tensor softsign(const Tensor& x, Where caller) { return softsign_op(x, caller); }
Tensor mish(const Tensor& x, Where caller) { return mish_op(x, caller); }
Tensor logsigmoid(const Tensor& x, Where caller) { return logsigmoid_op(x, caller); }
Tensor tanhshrink(const Tensor& x, Where caller) { return tanhshrink_op(x, caller); }
Tensor gelu_tanh(const Tensor& x, Where caller) { return gelu_tanh_op(x, caller); }
Tensor hardsigmoid(const Tensor& x, Where caller) { return hardsigmoid_op(x, caller); }
Tensor hardswish(const Tensor& x, Where caller) { return hardswish_op(x, caller); }
Tensor celu(const Tensor& x, double alpha, Where caller) { return celu_op(x, checked_alpha(alpha, caller), caller); }
Tensor selu(const Tensor& x, Where caller) { return selu_op(x, caller); }
Tensor softshrink(const Tensor& x, double bound, Where caller) {
  return softshrink_op(x, checked_bound("softshrink", bound, caller), caller);
}
Tensor hardshrink(const Tensor& x, double bound, Where caller) {
  return hardshrink_op(x, checked_bound("hardshrink", bound, caller), caller);
}
Tensor threshold(const Tensor& x, double bound, double value, Where caller) { return threshold_op(x, bound, value, caller); }

}  // namespace weft
