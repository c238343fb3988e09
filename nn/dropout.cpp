#include <weft/autograd/math.h>
#include <weft/nn/dropout.h>

namespace weft::nn {

Dropout::Dropout(const Owner& parent, const std::string& name, double p) : Module(parent, name), p_(p) {
  require<ValueError>(p >= 0 && p <= 1, "dropout: p is ", p, ", outside 0..1");
}

Tensor Dropout::mask(const Shape& shape, DType dtype) const {
  if (!active()) return {};
  const Tensor kept = bernoulli(shape, 1 - p_, dtype, stream_.generator());
  return p_ < 1 ? kept * (1 / (1 - p_)) : kept;
}

Variable Dropout::operator()(const Variable& x, Where where) const {
  check_defined("dropout", x.tensor(), where);
  if (!active()) return x;
  LayerScope scope(*this, where);
  return x * mask(x.shape(), x.dtype());
}

}  // namespace weft::nn
