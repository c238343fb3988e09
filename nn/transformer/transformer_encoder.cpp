#include <weft/autograd/indexing/padding.h>
#include <weft/nn/transformer/transformer_encoder.h>

#include <utility>

namespace weft::nn {

TransformerEncoderLayer::TransformerEncoderLayer(const Owner& parent, const std::string& name, std::int64_t dim,
                                                 std::int64_t heads, TransformerOptions options)
    : TransformerLayer(parent, name, dim, heads, std::move(options)) {}

Variable TransformerEncoderLayer::operator()(const Variable& x, const AttentionMask& mask, Where caller) const {
  LayerScope scope(*this, caller);
  const Variable own = harmless_padding(x, mask.lengths, 1, caller, "transformer encoder layer");
  const Variable attended = attend_self(own, mask);
  return feed_forward(attended, norm2);
}

Variable TransformerEncoderLayer::step(const Variable& x, HeadMemory& past, Where caller) const {
  LayerScope scope(*this, caller);
  const Variable attended = attend_self(x, past);
  return feed_forward(attended, norm2);
}

TransformerEncoder::TransformerEncoder(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                                       std::int64_t count, TransformerOptions options)
    : Module(parent, name), layers(this, "layers") {
  require<ValueError>(count >= 1, "transformer encoder: there must be at least one layer, not ", count);
  for (std::int64_t i = 0; i < count; ++i) layers.push_back(TransformerEncoderLayer(root, dim, heads, options));
  if (options.final_norm) norm.emplace(this, "norm", dim, LayerNormOptions{.epsilon = options.epsilon, .bias = options.bias});
}

Variable TransformerEncoder::operator()(const Variable& x, const AttentionMask& mask, Where caller) const {
  LayerScope scope(*this, caller);
  Variable y = x;
  for (const TransformerEncoderLayer& layer : layers) y = layer(y, mask);
  return norm ? (*norm)(y) : y;
}

Variable TransformerEncoder::step(const Variable& x, State& state, Where caller) const {
  LayerScope scope(*this, caller);
  if (state.empty()) state.resize(static_cast<std::size_t>(layers.size()));
  check<ValueError>(std::ssize(state) == layers.size(), caller, "transformer encoder: a state of ", state.size(), " layers for ",
                    layers.size(), " layers");
  Variable y = x;
  for (std::int64_t i = 0; i < layers.size(); ++i) y = layers.at(i).step(y, state[static_cast<std::size_t>(i)]);
  return norm ? (*norm)(y) : y;
}

}  // namespace weft::nn
