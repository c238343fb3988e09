// Initial values of parameters: rules, and the presets of PyTorch and Keras.
#pragma once

#include <weft/nn/module/module.h>

namespace weft::nn::init {

// Sizes that a rule may scale by.
struct Fan {
  std::int64_t in, out;
  std::int64_t hidden = 0;  // of recurrent layers; their `out` counts all gates
};

// Writes initial values to `tensor`.
using Rule = void (*)(Tensor& tensor, Fan fan, Generator& generator);

void zeros(Tensor& tensor, Fan, Generator&);
void ones(Tensor& tensor, Fan, Generator&);
// Uniform in +-0.05: Keras's default for embeddings.
void uniform_005(Tensor& tensor, Fan, Generator& generator);
// Standard normal: PyTorch's default for embeddings.
void normal(Tensor& tensor, Fan, Generator& generator);
// Uniform in +-1 / sqrt(fan in): PyTorch's default for Linear.
void uniform_fan_in(Tensor& tensor, Fan fan, Generator& generator);
// Uniform in +-1 / sqrt(hidden size): PyTorch's default for recurrent layers.
void uniform_hidden(Tensor& tensor, Fan fan, Generator& generator);
// Uniform in +-sqrt(6 / (fan in + fan out)): Glorot & Bengio 2010, Keras's default for kernels.
void glorot_uniform(Tensor& tensor, Fan fan, Generator& generator);
// Normal with deviation sqrt(2 / fan in): He et al. 2015.
void he_normal(Tensor& tensor, Fan fan, Generator& generator);
// Makes the rows (or the columns, if there are more rows) orthonormal: Saxe et al. 2014. The tensor must have two axes.
void orthogonal(Tensor& tensor, Fan, Generator& generator);

// The rules of one framework, which layers apply in reset_parameters.
struct Preset {
  Rule weight;  // of Linear, and of the projections of additive attention
  Rule bias;    // of Linear
  Rule embedding;
  Rule input_weight;      // of recurrent layers, for all gates at once
  Rule recurrent_weight;  // of recurrent layers, for all gates at once
  Rule recurrent_bias;
  bool unit_forget_bias;  // LSTM: the forget gate's bias starts at 1
  Rule projection;        // of multi-head attention's query, key and value
  bool joint_projection;  // initialized as one matrix, [3 dim, dim]
};

// New layers use PyTorch's defaults.
const Preset& pytorch();
const Preset& keras();

}  // namespace weft::nn::init
