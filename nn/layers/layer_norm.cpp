#include <weft/autograd/fused/layer_norm.h>
#include <weft/nn/layers/layer_norm.h>
#include <weft/tensor/array/create.h>

namespace weft::nn {

LayerNorm::LayerNorm(const Owner& parent, const std::string& name, std::int64_t dim, LayerNormOptions options)
    : Module(parent, name),
      weight(this, "weight", ones({dim})),
      bias(this, "bias", options.bias ? zeros({dim}) : Tensor()),
      epsilon_(options.epsilon) {}

void LayerNorm::reset_parameters(const init::Preset&, Generator&) {
  fill(weight.tensor(), 1);
  if (bias.defined()) fill(bias.tensor(), 0);
}

Variable LayerNorm::operator()(const Variable& x, Where caller) const {
  LayerScope scope(*this, caller);
  check_defined("layer norm", x.tensor(), caller);
  check<ShapeError>(x.dims() >= 1 && x.shape().back() == weight.shape()[0], caller, "layer norm: takes x [.., ",
                    weight.shape()[0], "], not ", x.shape());
  return layer_norm(x, weight.variable(), bias.defined() ? bias.variable() : Variable(), epsilon_, caller);
}

}  // namespace weft::nn
