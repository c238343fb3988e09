#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/mean_attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/padding.h>

namespace weft {

namespace {

// The definition.
Variable plain_weights(const Variable& query, const Variable& key, const Tensor& lengths, const Tensor& query_lengths,
                       Where caller) {
  const Variable each = softmax(dot_scores(query, key, caller), lengths, caller);  // [batch, queries, keys]
  return query_lengths.defined() ? mean(each, query_lengths, caller) : mean(each, {1}, false, caller);
}

Variable context_of(const Variable& weights, const Variable& value, Where caller) {
  return squeeze(matmul(unsqueeze(weights, 1), value, caller), 1);
}

// Inputs query, key, lengths, query lengths.
Variables weights_kernel(const Backward& b) {
  auto [query, key] = mean_attention_gradients(b.grad().tensor(), b.input(0).tensor(), b.input(1).tensor(), b.input(2).tensor(),
                                               b.input(3).tensor());
  return {query, key, {}, {}};
}
std::vector<Variable> weights_definition(const std::vector<Variable>& in) {
  return {plain_weights(in[0], in[1], in[2].tensor(), in[3].tensor(), {})};
}

// Inputs x, lengths, query lengths; outputs context, weights.
Variables self_kernel(const Backward& b) {
  const Tensor gradient =
      mean_self_attention_gradient({b.grad(0).tensor(), b.grad(1).tensor()}, b.output_tensor(1), b.input(0).tensor(),
                                   b.input(1).tensor(), b.input(2).tensor(), b.reusable_input(0));
  return {gradient, {}, {}};
}
std::vector<Variable> self_definition(const std::vector<Variable>& in) {
  const Variable weights = plain_weights(in[0], in[0], in[1].tensor(), in[2].tensor(), {});
  return {context_of(weights, in[0], {}), weights};
}

}  // namespace

MeanAttention mean_attention(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                             const Tensor& query_lengths, Where caller) {
  check_mean_attention(query.tensor(), key.tensor(), lengths, query_lengths, caller);
  check_defined("mean_attention", "value", value.tensor(), caller);
  check<ShapeError>(value.dims() == 3 && value.size(0) == key.size(0) && value.size(1) == key.size(1), caller,
                    "mean_attention: ", value.shape(), " values do not fit ", key.shape(), " keys");
  AttentionInputs in = harmless_padding({query, key, value}, lengths, 1, caller, "mean_attention");
  in.query = harmless_padding(in.query, query_lengths, 1, caller, "mean_attention");
  const bool self = in.query.state() == in.key.state() && in.key.state() == in.value.state();
  if (query.size(0) * query.size(1) * key.size(1) <= kFewMeanWeights) {
    const Variable weights = plain_weights(in.query, in.key, lengths, query_lengths, caller);
    return {context_of(weights, in.value, caller), weights};
  }
  const Tensor weights = mean_attention_weights(in.query.tensor(), in.key.tensor(), lengths, query_lengths, caller);
  if (self) {
    const Tensor outputs[] = {context_of(weights, in.value.tensor(), caller).tensor(), weights};
    const Variable inputs[] = {in.query, lengths, query_lengths};
    Variables both = record_fused("mean_attention", caller, inputs, outputs, {.inputs = kAll, .outputs = 0b10}, self_kernel,
                                  by_definition(self_definition), examples::FirstAxis());
    return {both[0], both[1]};
  }
  const Variable recorded =
      record_fused("mean_attention_weights", caller, {in.query, in.key, lengths, query_lengths}, weights, {.inputs = kAll},
                   weights_kernel, by_definition(weights_definition), examples::FirstAxis{.inputs = 0b11});
  return {context_of(recorded, in.value, caller), recorded};
}

}  // namespace weft
