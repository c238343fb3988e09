#include <weft/autograd/basics/matmul.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/module/init.h>

namespace weft::nn {

Linear::Linear(const Owner& parent, const std::string& name, std::int64_t in, std::int64_t out, LinearOptions options)
    : Module(parent, name),
      weight(this, "weight", options.tied ? Tensor() : Tensor({out, in}, DType::f32)),
      bias(this, "bias", options.bias ? Tensor({out}, DType::f32) : Tensor()),
      in_(in),
      out_(out),
      zero_bias_(options.zero_bias) {
  reset_parameters(init::pytorch(), default_generator());
}

void Linear::reset_parameters(const init::Preset& preset, Generator& generator) {
  init::Fan fan{in_, out_};
  if (weight.defined()) preset.weight(weight.tensor(), fan, generator);
  if (bias.defined()) (zero_bias_ ? init::zeros : preset.bias)(bias.tensor(), fan, generator);
}

Variable Linear::operator()(const Variable& x, Where caller) const { return (*this)(x, weight, caller); }

Variable Linear::operator()(const Variable& x, const Parameter& shared, Where caller) const {
  LayerScope scope(*this, caller);
  check<ValueError>(shared.defined(), caller, "linear: a tied layer must be called with the weight that it shares");
  return linear(x, shared, bias);
}

}  // namespace weft::nn
