#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/checkpoint.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/padding.h>

namespace weft {

namespace {

// Up to so many weights of an item the definition is at least as fast.
constexpr std::int64_t kFewWeights = 256 * 256;

// The definition.
Variable plain_attention(const AttentionInputs& in, const Tensor& lengths, Where where) {
  return matmul(softmax(dot_scores(in.query, in.key, where), lengths, where), in.value, where);
}

struct AttentionRule {
  bool has_lengths;

  Variables operator()(const Backward& b) const {
    const Tensor lengths = has_lengths ? b.input(3).tensor() : Tensor();
    Variables gradients = grad_enabled() ? differentiable(b, lengths) : in_tiles(b, lengths);
    if (has_lengths) gradients.push_back(Variable());
    return gradients;
  }

  static Variables in_tiles(const Backward& b, const Tensor& lengths) {
    auto [query, key, value] = dot_product_attention_gradients(b.grad().tensor(), b.input(0).tensor(), b.input(1).tensor(),
                                                               b.input(2).tensor(), lengths);
    return {query, key, value};
  }

  static Variables differentiable(const Backward& b, const Tensor& lengths) {
    auto definition = [lengths](const std::vector<Variable>& in) {
      return std::vector<Variable>{plain_attention({in[0], in[1], in[2]}, lengths, {})};
    };
    std::vector<Variable> gradients = gradients_of(definition, {b.input(0), b.input(1), b.input(2)}, {b.grad()});
    return {gradients.begin(), gradients.end()};
  }
};

}  // namespace

Variable dot_scores(const Variable& query, const Variable& key, Where where) {
  return query.state() == key.state() ? gram(query, where) : matmul(query, transpose(key), where);
}

Variable dot_product_attention(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                               Where where) {
  check_dot_product_attention(query.tensor(), key.tensor(), value.tensor(), lengths, where);
  const AttentionInputs in = harmless_padding({query, key, value}, lengths, -2, where, "dot_product_attention");
  if (query.dtype() != DType::f32 || query.shape().back(1) * key.shape().back(1) <= kFewWeights)
    return plain_attention(in, lengths, where);
  std::vector<Variable> inputs{in.query, in.key, in.value};
  if (lengths.defined()) inputs.push_back(lengths);
  return record("dot_product_attention", where, inputs,
                dot_product_attention(in.query.tensor(), in.key.tensor(), in.value.tensor(), lengths, where), {.inputs = kAll},
                AttentionRule{lengths.defined()});
}

}  // namespace weft
