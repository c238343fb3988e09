#include <weft/autograd/attention.h>
#include <weft/autograd/math.h>
#include <weft/nn/attention.h>

#include <cmath>

namespace weft::nn {

Attention::Attention(Module* parent, const std::string& name, AttentionOptions options)
    : ScoredAttention(parent, name, options.dropout), scaled_(options.scaled) {}

Variable Attention::scores(const Variable& query, const Variable& keys) const { return dot_scores(dot_query(query), keys); }

Variable Attention::dot_query(const Variable& query) const {
  return scaled_ ? query * (1 / std::sqrt(static_cast<double>(query.shape().back()))) : query;
}

GeneralAttention::GeneralAttention(Module* parent, const std::string& name, std::int64_t query_dim, std::int64_t key_dim,
                                   AttentionOptions options)
    : Attention(parent, name, options), key_projection(this, "key_projection", key_dim, query_dim, {.bias = false}) {}

Variable GeneralAttention::project(const Variable& key) const { return key_projection(key); }

}  // namespace weft::nn
