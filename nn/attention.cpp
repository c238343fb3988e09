#include <weft/autograd/math.h>
#include <weft/autograd/matmul.h>
#include <weft/autograd/views.h>
#include <weft/nn/attention.h>

#include <cmath>

namespace weft::nn {

Attention::Attention(Module* parent, const std::string& name, AttentionOptions options)
    : ScoredAttention(parent, name, options.dropout), scaled_(options.scaled) {}

Variable Attention::scores(const Variable& query, const Variable& keys) const {
  if (!scaled_ && query.state() == keys.state()) return gram(query);
  Variable scaled_query = scaled_ ? query * (1 / std::sqrt(static_cast<double>(query.shape().back()))) : query;
  return matmul(scaled_query, transpose(keys));
}

GeneralAttention::GeneralAttention(Module* parent, const std::string& name, std::int64_t query_dim, std::int64_t key_dim,
                                   GeneralAttentionOptions options)
    : ScoredAttention(parent, name, options.dropout),
      key_projection(this, "key_projection", key_dim, query_dim, {.bias = false}) {}

Variable GeneralAttention::project(const Variable& key) const { return key_projection(key); }

Variable GeneralAttention::scores(const Variable& query, const Variable& keys) const { return matmul(query, transpose(keys)); }

}  // namespace weft::nn
