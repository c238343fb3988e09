// MultiHeadAttention: several attentions side by side, each on its own projection.
#pragma once

#include <weft/nn/attention/head_memory.h>
#include <weft/nn/attention/rotary_embedding.h>
#include <weft/nn/attention/scored_attention.h>
#include <weft/nn/layers/linear.h>

#include <optional>

namespace weft::nn {

struct MultiHeadAttentionOptions {
  bool bias = true;
  double dropout = 0;  // applied to the weights
  // Sizes of keys and values; 0: `dim`.
  std::int64_t key_dim = 0, value_dim = 0;
  // How many heads the keys and values have; 0: as many as the query. Fewer, of which each serves several heads of the query,
  // make the keys that decoding keeps smaller: grouped-query attention (Ainslie et al. 2023), with 1 multi-query attention
  // (Shazeer 2019).
  std::int64_t key_heads = 0;
  // Turns queries and keys by their positions, for self-attention. Both are counted from 0, in step() from the end of the past.
  std::optional<RotaryOptions> rotary = {};
};

// Head h attends with softmax(q_h . k_h / sqrt(dim / heads)), where q_h, k_h and v_h are its parts of linear projections of
// query, key and value; the heads' contexts are concatenated and passed through out_proj. Vaswani et al. 2017. Masks are those of
// AttentionMask with scores [batch, heads, queries, keys]; a bool mask is true where a key is allowed, which is the opposite of
// PyTorch's nn.MultiheadAttention. A query that may use no key gives out_proj of zeros. Parameters as in PyTorch: in_proj_weight
// [dim + 2 key width, dim] (query, key, value), in_proj_bias [dim + 2 key width], out_proj.weight [dim, dim], out_proj.bias
// [dim], where the key width is dim / heads * key heads. If keys or values have another size, q_proj_weight [dim, dim],
// k_proj_weight [key width, key dim] and v_proj_weight [key width, value dim] take the place of in_proj_weight.
class MultiHeadAttention : public Module {
 public:
  // Throws ValueError unless `heads` divides `dim` and the number of key heads divides `heads`.
  MultiHeadAttention(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                     MultiHeadAttentionOptions options = {});
  MultiHeadAttention(const Standalone& root, std::int64_t dim, std::int64_t heads, MultiHeadAttentionOptions options = {})
      : MultiHeadAttention(Owner(root), "", dim, heads, options) {}

  // query [batch, queries, dim], key [batch, keys, key dim], value [batch, keys, value dim], lengths i64 [batch] or undefined ->
  // [batch, queries, dim]. Many weights are not stored all at once (see scaled_dot_product_attention). Throws ShapeError,
  // DtypeError, IndexError for a length outside 0 .. keys.
  Variable operator()(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                      Where caller = Where::here()) const;
  Variable operator()(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask,
                      Where caller = Where::here()) const;
  // Also returns the weights of each head: [batch, heads, queries, keys].
  Attended attend(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                  Where caller = Where::here()) const;
  Attended attend(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask,
                  Where caller = Where::here()) const;

  // Projects keys and values once, for several calls.
  HeadMemory prepare(const Variable& key, const Variable& value, const Tensor& lengths = {}, Where caller = Where::here()) const;
  // The lengths are the memory's; the mask has none.
  Variable operator()(const Variable& query, const HeadMemory& memory, const AttentionMask& mask = {},
                      Where caller = Where::here()) const;
  Attended attend(const Variable& query, const HeadMemory& memory, const AttentionMask& mask = {},
                  Where caller = Where::here()) const;
  // Causal self-attention of x [batch, steps, dim], which continues the sequence whose keys and values are in `past`, and adds
  // those of x to it. An empty `past` begins a sequence. Steps of any size give the same numbers as one causal call with all of
  // x.
  Variable step(const Variable& x, HeadMemory& past, Where caller = Where::here()) const;

  // The biases are set to zero.
  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Parameter in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias;
  Linear out_proj;

 private:
  // The sizes, with those filled in that the options leave out.
  struct Sizes {
    std::int64_t dim, heads;
    MultiHeadAttentionOptions options;

    std::int64_t key_width() const { return dim / heads * options.key_heads; }
    // Whether one matrix has all three projections.
    bool joint() const { return options.key_dim == dim && options.value_dim == dim; }
  };
  struct Heads {
    Variable query, key, value;  // [batch, heads or key heads, time, dim / heads], with the query scaled
  };
  MultiHeadAttention(const Owner& parent, const std::string& name, const Sizes& sizes);
  Variable project(const Variable& x, int part) const;
  // The first position has number `offset`.
  Variable project_query(const Variable& query, std::int64_t offset = 0) const;
  Variable project_key(const Variable& key, std::int64_t offset = 0) const;
  Variable turned(const Variable& x, std::int64_t offset) const;
  Variable split_heads(const Variable& projected) const;
  Heads heads_of(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths, Where caller) const;
  Heads heads_of(const Variable& query, const HeadMemory& memory, Where caller) const;
  Attended attended(const Heads& heads, const AttentionMask& mask, Where caller) const;
  Variable context_of(const Heads& heads, const AttentionMask& mask, Where caller) const;
  Variable join(const Variable& contexts) const;

  Sizes sizes_;
  Dropout dropout_;
};

}  // namespace weft::nn
