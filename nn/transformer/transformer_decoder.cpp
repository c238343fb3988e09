#include <weft/autograd/basics/math.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/nn/transformer/transformer_decoder.h>

#include <utility>

namespace weft::nn {

TransformerDecoderLayer::TransformerDecoderLayer(const Owner& parent, const std::string& name, std::int64_t dim,
                                                 std::int64_t heads, TransformerOptions options)
    : TransformerLayer(parent, name, dim, heads, options),
      multihead_attn(this, "multihead_attn", dim, heads,
                     {.bias = options.bias, .dropout = options.dropout, .key_heads = options.key_heads}),
      norm3(this, "norm3", dim, {.epsilon = options.epsilon, .bias = options.bias}),
      dropout3_(this, "dropout3", options.dropout) {}

Variable TransformerDecoderLayer::operator()(const Variable& x, const Variable& memory, const AttentionMask& mask,
                                             const AttentionMask& memory_mask, Where caller) const {
  LayerScope scope(*this, caller);
  const Variable own = harmless_padding(x, mask.lengths, 1, caller, "transformer decoder layer");
  const Variable attended = attend_self(own, mask);
  const Variable informed =
      add(attended, norm2, dropout3_, [&](const Variable& in) { return multihead_attn(in, memory, memory, memory_mask); });
  return feed_forward(informed, norm3);
}

TransformerDecoderLayer::State TransformerDecoderLayer::prepare(const Variable& memory, const Tensor& lengths,
                                                                Where caller) const {
  LayerScope scope(*this, caller);
  return {{}, multihead_attn.prepare(memory, memory, lengths)};
}

Variable TransformerDecoderLayer::step(const Variable& x, State& state, Where caller) const {
  LayerScope scope(*this, caller);
  const Variable attended = attend_self(x, state.past);
  const Variable informed = add(attended, norm2, dropout3_, [&](const Variable& in) { return multihead_attn(in, state.memory); });
  return feed_forward(informed, norm3);
}

TransformerDecoder::TransformerDecoder(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                                       std::int64_t count, TransformerOptions options)
    : Module(parent, name), layers(this, "layers") {
  require<ValueError>(count >= 1, "transformer decoder: there must be at least one layer, not ", count);
  for (std::int64_t i = 0; i < count; ++i) layers.push_back(TransformerDecoderLayer(root, dim, heads, options));
  if (options.final_norm) norm.emplace(this, "norm", dim, LayerNormOptions{.epsilon = options.epsilon, .bias = options.bias});
}

Variable TransformerDecoder::operator()(const Variable& x, const Variable& memory, const AttentionMask& mask,
                                        const AttentionMask& memory_mask, Where caller) const {
  LayerScope scope(*this, caller);
  Variable y = x;
  for (const TransformerDecoderLayer& layer : layers) y = layer(y, memory, mask, memory_mask);
  return norm ? (*norm)(y) : y;
}

TransformerDecoder::State TransformerDecoder::prepare(const Variable& memory, const Tensor& lengths, Where caller) const {
  LayerScope scope(*this, caller);
  State state;
  for (const TransformerDecoderLayer& layer : layers) state.push_back(layer.prepare(memory, lengths));
  return state;
}

Variable TransformerDecoder::step(const Variable& x, State& state, Where caller) const {
  LayerScope scope(*this, caller);
  check<ValueError>(std::ssize(state) == layers.size(), caller, "transformer decoder: a state of ", state.size(), " layers for ",
                    layers.size(), " layers; prepare() makes one");
  Variable y = x;
  for (std::int64_t i = 0; i < layers.size(); ++i) y = layers.at(i).step(y, state[static_cast<std::size_t>(i)]);
  return norm ? (*norm)(y) : y;
}

}  // namespace weft::nn
