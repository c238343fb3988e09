#include <weft/autograd/matmul.h>
#include <weft/nn/init.h>
#include <weft/nn/linear.h>

namespace weft::nn {

Linear::Linear(Module* parent, const std::string& name, std::int64_t in, std::int64_t out, LinearOptions options)
    : Module(parent, name),
      weight(this, "weight", Tensor({out, in}, DType::f32)),
      bias(this, "bias", options.bias ? Tensor({out}, DType::f32) : Tensor()),
      zero_bias_(options.zero_bias) {
  reset_parameters(init::pytorch(), default_generator());
}

void Linear::reset_parameters(const init::Preset& preset, Generator& generator) {
  init::Fan fan{weight.shape()[1], weight.shape()[0]};
  preset.weight(weight.tensor(), fan, generator);
  if (bias.defined()) (zero_bias_ ? init::zeros : preset.bias)(bias.tensor(), fan, generator);
}

Variable Linear::operator()(const Variable& x, Where where) const {
  LayerScope scope(*this, where);
  return linear(x, weight, bias);
}

}  // namespace weft::nn
