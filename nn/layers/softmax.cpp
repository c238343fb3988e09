#include <weft/autograd/fused/softmax.h>
#include <weft/nn/layers/softmax.h>

namespace weft::nn {

Variable Softmax::operator()(const Variable& x, Where where) const {
  LayerScope scope(*this, where);
  return softmax(x, axis_);
}

}  // namespace weft::nn
