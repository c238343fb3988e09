#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/module/init.h>
#include <weft/tensor/array/create.h>

#include <cmath>

namespace weft::nn {

MultiHeadAttention::MultiHeadAttention(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                                       MultiHeadAttentionOptions options)
    : Module(parent, name),
      in_proj_weight(this, "in_proj_weight", Tensor({3 * dim, dim}, DType::f32)),
      in_proj_bias(this, "in_proj_bias", options.bias ? zeros({3 * dim}) : Tensor()),
      out_proj(this, "out_proj", dim, dim, {.bias = options.bias, .zero_bias = true}),
      heads_(heads),
      dropout_(this, "dropout", options.dropout) {
  require<ValueError>(heads >= 1 && dim % heads == 0, "multi-head attention: ", heads, " heads do not divide ", dim);
  reset_parameters(init::pytorch(), default_generator());
}

void MultiHeadAttention::reset_parameters(const init::Preset& preset, Generator& generator) {
  std::int64_t dim = in_proj_weight.shape()[1];
  preset.projection(in_proj_weight.tensor(), {dim, preset.joint_projection ? 3 * dim : dim}, generator);
  if (in_proj_bias.defined()) fill(in_proj_bias.tensor(), 0);
}

// Projects the query, key or value and splits it by head: [batch, time, dim] -> [batch, heads, time, dim / heads].
Variable MultiHeadAttention::project(const Variable& x, int part) const {
  std::int64_t dim = in_proj_weight.shape()[1], from = part * dim;
  Variable bias = in_proj_bias.defined() ? slice(in_proj_bias, 0, from, from + dim) : Variable();
  Variable projected = linear(x, slice(in_proj_weight, 0, from, from + dim), bias);  // [batch, time, dim]
  return transpose(reshape(projected, {x.size(0), x.size(1), heads_, dim / heads_}), 1, 2);
}

MultiHeadAttention::Heads MultiHeadAttention::heads_of(const Variable& query, const Variable& key, const Variable& value,
                                                       const Tensor& lengths, Where caller) const {
  check_defined("multi-head attention", "query", query.tensor(), caller);
  check_defined("multi-head attention", "key", key.tensor(), caller);
  check_defined("multi-head attention", "value", value.tensor(), caller);
  check<ShapeError>(query.dims() == 3 && key.dims() == 3 && value.dims() == 3, caller,
                    "multi-head attention: takes [batch, time, dim], not ", query.shape(), ", ", key.shape(), " and ",
                    value.shape());
  check<ShapeError>(query.size(0) == key.size(0) && key.size(0) == value.size(0) && key.size(1) == value.size(1), caller,
                    "multi-head attention: query ", query.shape(), ", key ", key.shape(), " and value ", value.shape(),
                    " do not fit");
  if (lengths.defined()) checked_lengths("multi-head attention", lengths, key.size(0), key.size(1), caller);
  const AttentionInputs own = harmless_padding({query, key, value}, lengths, 1, caller, "multi-head attention");
  double scale = 1 / std::sqrt(static_cast<double>(query.shape().back() / heads_));
  return {project(own.query, 0) * scale, project(own.key, 1), project(own.value, 2)};
}

// [batch, heads, queries, dim / heads] -> [batch, queries, dim].
Variable MultiHeadAttention::join(const Variable& contexts) const {
  Variable beside = transpose(contexts, 1, 2);
  return out_proj(reshape(beside, {beside.size(0), beside.size(1), beside.size(2) * beside.size(3)}));
}

Attended MultiHeadAttention::attend(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                    Where caller) const {
  LayerScope scope(*this, caller);
  Heads heads = heads_of(query, key, value, lengths, caller);
  Variable weights = dropout_(softmax(dot_scores(heads.query, heads.key), lengths));  // [batch, heads, queries, keys]
  return {join(matmul(weights, heads.value)), weights};
}

Variable MultiHeadAttention::operator()(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                        Where caller) const {
  if (dropout_.active()) return attend(query, key, value, lengths, caller).context;
  LayerScope scope(*this, caller);
  Heads heads = heads_of(query, key, value, lengths, caller);
  return join(dot_product_attention(heads.query, heads.key, heads.value, lengths, caller));
}

}  // namespace weft::nn
