// Transformer decoder.
#pragma once

#include <weft/nn/module/module_list.h>
#include <weft/nn/transformer/transformer_layer.h>

#include <optional>

namespace weft::nn {

// Self-attention, attention to the encoder's output, then a feed-forward part; each is added to what came in. Vaswani et al.
// 2017. Parameters as in PyTorch's nn.TransformerDecoderLayer: self_attn.*, multihead_attn.*, linear1.*, linear2.*, norm1.*,
// norm2.*, norm3.*.
class TransformerDecoderLayer : public TransformerLayer {
 public:
  TransformerDecoderLayer(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                          TransformerOptions options = {});
  TransformerDecoderLayer(const Standalone& root, std::int64_t dim, std::int64_t heads, TransformerOptions options = {})
      : TransformerDecoderLayer(Owner(root), "", dim, heads, std::move(options)) {}

  // x [batch, time, dim], memory [batch, keys, dim] from the encoder -> [batch, time, dim]. `mask` is that of the self-attention,
  // causal unless another is given; memory_mask, usually {.lengths = ...}, is that of the attention to the memory. Throws
  // ShapeError, DtypeError, IndexError for a length out of range.
  Variable operator()(const Variable& x, const Variable& memory, const AttentionMask& mask = {.causal = true},
                      const AttentionMask& memory_mask = {}, Where caller = Where::here()) const;

  // What decoding step by step keeps: the positions so far, and the projected memory.
  struct State {
    HeadMemory past, memory;
  };
  State prepare(const Variable& memory, const Tensor& lengths = {}, Where caller = Where::here()) const;
  // The result for x [batch, steps, dim], which follows the positions in the state.
  Variable step(const Variable& x, State& state, Where caller = Where::here()) const;

  MultiHeadAttention multihead_attn;
  LayerNorm norm3;

 private:
  Dropout dropout3_;
};

// Layers one after the other. Parameters as in PyTorch's nn.TransformerDecoder: layers.0.*, layers.1.*, ..., and norm.* with a
// final norm.
class TransformerDecoder : public Module {
 public:
  // Throws ValueError for fewer than one layer.
  TransformerDecoder(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads, std::int64_t layers,
                     TransformerOptions options = {});
  TransformerDecoder(const Standalone& root, std::int64_t dim, std::int64_t heads, std::int64_t layers,
                     TransformerOptions options = {})
      : TransformerDecoder(Owner(root), "", dim, heads, layers, std::move(options)) {}

  Variable operator()(const Variable& x, const Variable& memory, const AttentionMask& mask = {.causal = true},
                      const AttentionMask& memory_mask = {}, Where caller = Where::here()) const;

  // Steps give the numbers of one call with the whole sequence.
  //
  //     nn::TransformerDecoder::State state = decoder.prepare(encoded, in.lengths);
  //     Variable y = decoder.step(embedded, state);  // [batch, 1, dim]
  using State = std::vector<TransformerDecoderLayer::State>;
  State prepare(const Variable& memory, const Tensor& lengths = {}, Where caller = Where::here()) const;
  Variable step(const Variable& x, State& state, Where caller = Where::here()) const;

  ModuleList<TransformerDecoderLayer> layers;
  std::optional<LayerNorm> norm;
};

}  // namespace weft::nn
