// Transformer encoder, which is also a decoder without an encoder if its mask is causal.
#pragma once

#include <weft/nn/module/module_list.h>
#include <weft/nn/transformer/transformer_layer.h>

#include <optional>

namespace weft::nn {

// Self-attention, then a feed-forward part for each position; both are added to what came in. Vaswani et al. 2017. Parameters as
// in PyTorch's nn.TransformerEncoderLayer: self_attn.*, linear1.*, linear2.*, norm1.*, norm2.*.
class TransformerEncoderLayer : public TransformerLayer {
 public:
  TransformerEncoderLayer(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                          TransformerOptions options = {});
  TransformerEncoderLayer(const Standalone& root, std::int64_t dim, std::int64_t heads, TransformerOptions options = {})
      : TransformerEncoderLayer(Owner(root), "", dim, heads, std::move(options)) {}

  // x [batch, time, dim] -> the same shape; scores are [batch, heads, time, time]. Positions from a row's length on are computed
  // but used by no other. Throws ShapeError, DtypeError, IndexError for a length outside 0 .. time.
  Variable operator()(const Variable& x, const AttentionMask& mask = {}, Where caller = Where::here()) const;
  // The same, causal, for x [batch, steps, dim] after the positions in `past`, to which it adds those of x.
  Variable step(const Variable& x, HeadMemory& past, Where caller = Where::here()) const;
};

// Layers one after the other. Parameters as in PyTorch's nn.TransformerEncoder: layers.0.*, layers.1.*, ..., and norm.* with a
// final norm.
class TransformerEncoder : public Module {
 public:
  // Throws ValueError for fewer than one layer.
  TransformerEncoder(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads, std::int64_t layers,
                     TransformerOptions options = {});
  TransformerEncoder(const Standalone& root, std::int64_t dim, std::int64_t heads, std::int64_t layers,
                     TransformerOptions options = {})
      : TransformerEncoder(Owner(root), "", dim, heads, layers, std::move(options)) {}

  Variable operator()(const Variable& x, const AttentionMask& mask = {}, Where caller = Where::here()) const;

  using State = std::vector<HeadMemory>;  // of each layer; empty at the start of a sequence
  // One causal step, or several: x [batch, steps, dim] -> the same shape.
  Variable step(const Variable& x, State& state, Where caller = Where::here()) const;

  ModuleList<TransformerEncoderLayer> layers;
  std::optional<LayerNorm> norm;
};

}  // namespace weft::nn
