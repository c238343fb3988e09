// Additive attention: scores from tanh of a sum.
#pragma once

#include <weft/nn/attention/scored_attention.h>
#include <weft/nn/layers/linear.h>

namespace weft::nn {

struct AdditiveAttentionOptions {
  double dropout = 0;  // applied to the weights
};

// score(q, k) = v . tanh(W1 q + W2 k), Bahdanau et al. 2015. Parameters: query_projection.weight [attention dim, query dim],
// key_projection.weight [attention dim, key dim], v [attention dim].
class AdditiveAttention : public ScoredAttention {
 public:
  AdditiveAttention(const Owner& parent, const std::string& name, std::int64_t query_dim, std::int64_t key_dim,
                    std::int64_t attention_dim, AdditiveAttentionOptions options = {});
  AdditiveAttention(const Standalone& root, std::int64_t query_dim, std::int64_t key_dim, std::int64_t attention_dim,
                    AdditiveAttentionOptions options = {})
      : AdditiveAttention(Owner(root), "", query_dim, key_dim, attention_dim, options) {}

  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Linear query_projection, key_projection;
  Parameter v;

 protected:
  Variable project(const Variable& key) const override;
  Variable scores(const Variable& query, const Variable& keys) const override;
};

// score(q, k) = scale . tanh(q + k): Keras's layers.AdditiveAttention. Parameter: scale [dim].
class KerasAdditiveAttention : public ScoredAttention {
 public:
  KerasAdditiveAttention(const Owner& parent, const std::string& name, std::int64_t dim, AdditiveAttentionOptions options = {});
  KerasAdditiveAttention(const Standalone& root, std::int64_t dim, AdditiveAttentionOptions options = {})
      : KerasAdditiveAttention(Owner(root), "", dim, options) {}

  void reset_parameters(const init::Preset& preset, Generator& generator) override;

  Parameter scale;

 protected:
  Variable scores(const Variable& query, const Variable& keys) const override;
};

}  // namespace weft::nn
