#include <weft/autograd/basics/math.h>
#include <weft/nn/transformer/transformer_layer.h>

#include <utility>

namespace weft::nn {

TransformerLayer::TransformerLayer(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                                   TransformerOptions options)
    : Module(parent, name),
      self_attn(this, "self_attn", dim, heads,
                {.bias = options.bias, .dropout = options.dropout, .key_heads = options.key_heads, .rotary = options.rotary}),
      linear1(this, "linear1", dim, options.feedforward_dim, {.bias = options.bias}),
      linear2(this, "linear2", options.feedforward_dim, dim, {.bias = options.bias}),
      norm1(this, "norm1", dim, {.epsilon = options.epsilon, .bias = options.bias}),
      norm2(this, "norm2", dim, {.epsilon = options.epsilon, .bias = options.bias}),
      activation_(std::move(options.activation)),
      norm_first_(options.norm_first),
      dropout_(this, "dropout", options.dropout),
      dropout1_(this, "dropout1", options.dropout),
      dropout2_(this, "dropout2", options.dropout) {}

Variable TransformerLayer::attend_self(const Variable& x, const AttentionMask& mask) const {
  return add(x, norm1, dropout1_, [&](const Variable& in) { return self_attn(in, in, in, mask); });
}

Variable TransformerLayer::attend_self(const Variable& x, HeadMemory& past) const {
  return add(x, norm1, dropout1_, [&](const Variable& in) { return self_attn.step(in, past); });
}

Variable TransformerLayer::feed_forward(const Variable& x, const LayerNorm& norm) const {
  return add(x, norm, dropout2_, [&](const Variable& in) {
    const Variable wide = linear1(in);  // [batch, time, feedforward dim]
    const Variable active = dropout_(activation_ ? activation_(wide) : relu(wide));
    return linear2(active);
  });
}

}  // namespace weft::nn
