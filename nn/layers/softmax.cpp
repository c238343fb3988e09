#include <weft/autograd/fused/softmax.h>
#include <weft/nn/layers/softmax.h>

namespace weft::nn {

Variable Softmax::operator()(const Variable& x, Where caller) const {
  LayerScope scope(*this, caller);
  return softmax(x, axis_);
}

}  // namespace weft::nn
