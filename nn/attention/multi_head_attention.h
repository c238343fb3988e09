// MultiHeadAttention: several attentions side by side, each on its own projection.
#pragma once

#include <weft/nn/attention/scored_attention.h>
#include <weft/nn/layers/linear.h>

namespace weft::nn {

struct MultiHeadAttentionOptions {
  bool bias = true;
  double dropout = 0;  // applied to the weights
};

// Head h attends with softmax(q_h . k_h / sqrt(dim / heads)), where q_h, k_h and v_h are its parts of linear projections of
// query, key and value; the heads' contexts are concatenated and passed through out_proj. Vaswani et al. 2017. Lengths are as in
// ScoredAttention: keys from a row's length on get weight 0 exactly; a row of length 0 gives out_proj of zeros. Parameters as in
// PyTorch: in_proj_weight [3 dim, dim] (query, key, value), in_proj_bias [3 dim], out_proj.weight [dim, dim], out_proj.bias
// [dim].
class MultiHeadAttention : public Module {
 public:
  // Throws ValueError unless `heads` divides `dim`.
  MultiHeadAttention(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                     MultiHeadAttentionOptions options = {});
  MultiHeadAttention(const Standalone& root, std::int64_t dim, std::int64_t heads, MultiHeadAttentionOptions options = {})
      : MultiHeadAttention(Owner(root), "", dim, heads, options) {}

  // query [batch, queries, dim], key and value [batch, keys, dim], lengths i64 [batch] or undefined -> [batch, queries, dim].
  // Many weights are not stored all at once (see autograd/fused/detail/attention.h). Throws ShapeError, DtypeError, IndexError
  // for a length outside 0 .. keys.
  Variable operator()(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                      Where caller = Where::here()) const;
  // Also returns the weights of each head: [batch, heads, queries, keys].
  Attended attend(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                  Where caller = Where::here()) const;

  // The biases are set to zero.
  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Parameter in_proj_weight, in_proj_bias;
  Linear out_proj;

 private:
  struct Heads {
    Variable query, key, value;  // each [batch, heads, time, dim / heads], with the query scaled
  };
  Variable project(const Variable& x, int part) const;
  Heads heads_of(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths, Where caller) const;
  Variable join(const Variable& contexts) const;

  std::int64_t heads_;
  Dropout dropout_;
};

}  // namespace weft::nn
