#include <weft/autograd/basics/math.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/nn/attention/attention.h>

#include <cmath>

namespace weft::nn {

namespace {

Variable scaled_query(const Variable& query, bool scaled) {
  return scaled ? query * (1 / std::sqrt(static_cast<double>(query.shape().back()))) : query;
}

}  // namespace

Attention::Attention(const Owner& parent, const std::string& name, AttentionOptions options)
    : ScoredAttention(parent, name, options.dropout), scaled_(options.scaled) {}

Variable Attention::scores(const Variable& query, const Variable& keys) const { return dot_scores(dot_query(query), keys); }

Variable Attention::dot_query(const Variable& query) const { return scaled_query(query, scaled_); }

GeneralAttention::GeneralAttention(const Owner& parent, const std::string& name, std::int64_t query_dim, std::int64_t key_dim,
                                   AttentionOptions options)
    : ScoredAttention(parent, name, options.dropout),
      key_projection(this, "key_projection", key_dim, query_dim, {.bias = false}),
      scaled_(options.scaled) {}

Variable GeneralAttention::project(const Variable& key) const { return key_projection(key); }

Variable GeneralAttention::scores(const Variable& query, const Variable& keys) const {
  return dot_scores(dot_query(query), keys);
}

Variable GeneralAttention::dot_query(const Variable& query) const { return scaled_query(query, scaled_); }

}  // namespace weft::nn
