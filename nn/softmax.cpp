#include <weft/autograd/softmax.h>
#include <weft/nn/softmax.h>

namespace weft::nn {

Variable Softmax::operator()(const Variable& x, Where where) const {
  LayerScope scope(*this, where);
  return softmax(x, axis_);
}

}  // namespace weft::nn
