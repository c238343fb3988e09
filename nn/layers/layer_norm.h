// LayerNorm: each row with mean 0 and variance 1.
#pragma once

#include <weft/nn/module/module.h>

namespace weft::nn {

struct LayerNormOptions {
  double epsilon = 1e-5;  // Keras: 1e-3
  bool bias = true;
};

// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, with mean and variance (divided by dim) over the last axis: x [..,
// dim] -> [.., dim]. Ba et al. 2016. Parameters as in PyTorch: weight [dim], bias [dim]. A row's result depends only on that row,
// bit for bit. Throws ShapeError.
class LayerNorm : public Module {
 public:
  LayerNorm(const Owner& parent, const std::string& name, std::int64_t dim, LayerNormOptions options = {});
  LayerNorm(const Standalone& root, std::int64_t dim, LayerNormOptions options = {}) : LayerNorm(Owner(root), "", dim, options) {}

  Variable operator()(const Variable& x, Where caller = Where::here()) const;
  // Sets weight to 1 and bias to 0 with every preset.
  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Parameter weight, bias;

 private:
  double epsilon_;
};

}  // namespace weft::nn
