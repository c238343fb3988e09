#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/padding.h>

namespace weft {

namespace {

// For up to this many weights per item, the definition is at least as fast.
constexpr std::int64_t kFewWeights = 256 * 256;

// The definition.
Variable plain_attention(const AttentionInputs& in, const Tensor& lengths, Where caller) {
  return matmul(softmax(dot_scores(in.query, in.key, caller), lengths, caller), in.value, caller);
}

}  // namespace

Variable dot_scores(const Variable& query, const Variable& key, Where caller) {
  return query.state() == key.state() ? gram(query, caller) : matmul(query, transpose(key), caller);
}

Variable dot_product_attention(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                               Where caller) {
  check_dot_product_attention(query.tensor(), key.tensor(), value.tensor(), lengths, caller);
  const AttentionInputs in = harmless_padding({query, key, value}, lengths, -2, caller, "dot_product_attention");
  if (query.dtype() != DType::f32 || query.shape().back(1) * key.shape().back(1) <= kFewWeights)
    return plain_attention(in, lengths, caller);
  const auto kernel = [](const Backward& b) -> Variables {
    auto [query, key, value] = dot_product_attention_gradients(b.grad().tensor(), b.input(0).tensor(), b.input(1).tensor(),
                                                               b.input(2).tensor(), b.input(3).tensor());
    return {query, key, value, {}};
  };
  const auto definition = [](const std::vector<Variable>& inputs) {
    return std::vector<Variable>{plain_attention({inputs[0], inputs[1], inputs[2]}, inputs[3].tensor(), {})};
  };
  return record_fused("dot_product_attention", caller, {in.query, in.key, in.value, lengths},
                      dot_product_attention(in.query.tensor(), in.key.tensor(), in.value.tensor(), lengths, caller),
                      {.inputs = kAll}, kernel, by_definition(definition), examples::FirstAxis{.inputs = 0b111});
}

}  // namespace weft
