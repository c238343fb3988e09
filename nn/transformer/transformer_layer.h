// What the layers of Transformer encoders and decoders share.
#pragma once

#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/layers/layer_norm.h>

#include <functional>

namespace weft::nn {

struct TransformerOptions {
  std::int64_t feedforward_dim = 2048;
  double dropout = 0.1;  // of each part's result, of attention weights, and inside the feed-forward part
  // Between the two linear maps of the feed-forward part; relu if it is left out. For example
  // [](const Variable& x) { return gelu(x); }.
  std::function<Variable(const Variable&)> activation = {};
  // x + part(norm(x)), "pre-norm" (Xiong et al. 2020), instead of norm(x + part(x)), as in Vaswani et al. 2017.
  bool norm_first = false;
  double epsilon = 1e-5;
  bool bias = true;
  std::int64_t key_heads = 0;                // of all attentions; see MultiHeadAttentionOptions
  std::optional<RotaryOptions> rotary = {};  // positions of the self-attention
  // Of TransformerEncoder and TransformerDecoder: layer norm after the last layer, which pre-norm layers need.
  bool final_norm = false;
};

// The parts that every layer has. Their parameters are named as in PyTorch.
class TransformerLayer : public Module {
 public:
  MultiHeadAttention self_attn;
  Linear linear1, linear2;
  LayerNorm norm1, norm2;

 protected:
  TransformerLayer(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                   TransformerOptions options);

  // Adds part(x) to x, with dropout and layer norm in the order of the options.
  template <class Part>
  Variable add(const Variable& x, const LayerNorm& norm, const Dropout& dropout, Part part) const {
    if (norm_first_) {
      const Variable normed = norm(x);
      return x + dropout(part(normed));
    }
    return norm(x + dropout(part(x)));
  }
  Variable attend_self(const Variable& x, const AttentionMask& mask) const;
  Variable attend_self(const Variable& x, HeadMemory& past) const;
  // linear2(dropout(activation(linear1(x)))), added to x.
  Variable feed_forward(const Variable& x, const LayerNorm& norm) const;

 private:
  std::function<Variable(const Variable&)> activation_;
  bool norm_first_;
  Dropout dropout_, dropout1_, dropout2_;
};

}  // namespace weft::nn
