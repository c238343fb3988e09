// Dot-product attention, plain and bilinear.
#pragma once

#include <weft/nn/attention/scored_attention.h>
#include <weft/nn/layers/linear.h>

namespace weft::nn {

struct AttentionOptions {
  bool scaled = false;  // divide the scores by sqrt(dim), as Vaswani et al. 2017 do
  double dropout = 0;   // applied to the weights
};

// score(q, k) = q . k, or q . k / sqrt(dim) if scaled. It has no parameters. Unscaled it is Keras's layers.Attention and the
// "dot" score of Luong et al. 2015; scaled it is PyTorch's scaled_dot_product_attention.
class Attention : public ScoredAttention {
 public:
  Attention(const Owner& parent, const std::string& name, AttentionOptions options = {});
  Attention(const Standalone& root, AttentionOptions options = {}) : Attention(Owner(root), "", options) {}

 protected:
  Variable scores(const Variable& query, const Variable& keys) const override;
  bool scores_are_dots() const override { return true; }
  Variable dot_query(const Variable& query) const override;

 private:
  bool scaled_;
};

// score(q, k) = q . W k, the "general" score of Luong et al. 2015; if scaled, it is divided by sqrt(query dim). Parameter:
// key_projection.weight [query dim, key dim].
class GeneralAttention : public ScoredAttention {
 public:
  GeneralAttention(const Owner& parent, const std::string& name, std::int64_t query_dim, std::int64_t key_dim,
                   AttentionOptions options = {});
  GeneralAttention(const Standalone& root, std::int64_t query_dim, std::int64_t key_dim, AttentionOptions options = {})
      : GeneralAttention(Owner(root), "", query_dim, key_dim, options) {}

  Linear key_projection;

 protected:
  Variable project(const Variable& key) const override;
  Variable scores(const Variable& query, const Variable& keys) const override;
  bool scores_are_dots() const override { return true; }
  Variable dot_query(const Variable& query) const override;

 private:
  bool scaled_;
};

}  // namespace weft::nn
