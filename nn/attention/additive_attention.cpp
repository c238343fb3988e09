#include <weft/autograd/fused/additive_score.h>
#include <weft/nn/attention/additive_attention.h>
#include <weft/nn/module/init.h>

namespace weft::nn {

AdditiveAttention::AdditiveAttention(const Owner& parent, const std::string& name, std::int64_t query_dim, std::int64_t key_dim,
                                     std::int64_t attention_dim, AdditiveAttentionOptions options)
    : ScoredAttention(parent, name, options.dropout),
      query_projection(this, "query_projection", query_dim, attention_dim, {.bias = false}),
      key_projection(this, "key_projection", key_dim, attention_dim, {.bias = false}),
      v(this, "v", Tensor({attention_dim}, DType::f32)) {
  reset_parameters(init::pytorch(), default_generator());
}

void AdditiveAttention::reset_parameters(const init::Preset& preset, Generator& generator) {
  preset.weight(v.tensor(), {v.shape()[0], 1}, generator);
}

Variable AdditiveAttention::project(const Variable& key) const { return key_projection(key); }

Variable AdditiveAttention::scores(const Variable& query, const Variable& keys) const {
  return additive_score(query_projection(query), keys, v);
}

KerasAdditiveAttention::KerasAdditiveAttention(const Owner& parent, const std::string& name, std::int64_t dim,
                                               AdditiveAttentionOptions options)
    : ScoredAttention(parent, name, options.dropout), scale(this, "scale", Tensor({dim}, DType::f32)) {
  reset_parameters(init::pytorch(), default_generator());
}

void KerasAdditiveAttention::reset_parameters(const init::Preset& preset, Generator& generator) {
  preset.weight(scale.tensor(), {scale.shape()[0], scale.shape()[0]}, generator);
}

Variable KerasAdditiveAttention::scores(const Variable& query, const Variable& keys) const {
  return additive_score(query, keys, scale);
}

}  // namespace weft::nn
