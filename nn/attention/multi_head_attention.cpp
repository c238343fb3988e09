#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/module/init.h>
#include <weft/tensor/array/create.h>

#include <cmath>

namespace weft::nn {

namespace {

constexpr const char* kOp = "multi-head attention";

Tensor weight_if(bool wanted, std::int64_t out, std::int64_t in) { return wanted ? Tensor({out, in}, DType::f32) : Tensor(); }

// Sizes that were left out are filled in, and all are checked.
MultiHeadAttentionOptions complete(std::int64_t dim, std::int64_t heads, MultiHeadAttentionOptions options) {
  require<ValueError>(heads >= 1 && dim % heads == 0, kOp, ": ", heads, " heads do not divide ", dim);
  for (std::int64_t* size : {&options.key_dim, &options.value_dim})
    if (*size == 0) *size = dim;
  if (options.key_heads == 0) options.key_heads = heads;
  require<ValueError>(options.key_dim > 0 && options.value_dim > 0, kOp, ": the sizes of keys and values, ", options.key_dim,
                      " and ", options.value_dim, ", must be positive");
  require<ValueError>(options.key_heads > 0 && heads % options.key_heads == 0, kOp, ": ", options.key_heads,
                      " key heads do not divide ", heads, " heads");
  require<ValueError>(!options.rotary || dim / heads % 2 == 0, kOp, ": rotary positions need heads of an even size, not ",
                      dim / heads);
  return options;
}

// Returns x, copied once if its heads do not lie one after the other, so that products with it need not copy it each time.
Variable packed(const Variable& x) { return reshape(reshape(x, {x.numel()}), x.shape()); }

void check_memory(const HeadMemory& memory, Where caller) {
  check_defined(kOp, "memory", memory.keys.tensor(), caller);
  check_defined(kOp, "memory", memory.values.tensor(), caller);
}

void check_query(const Variable& query, Where caller) {
  check_defined(kOp, "query", query.tensor(), caller);
  check<ShapeError>(query.dims() == 3, caller, kOp, ": takes [batch, time, dim], not ", query.shape());
}

}  // namespace

MultiHeadAttention::MultiHeadAttention(const Owner& parent, const std::string& name, std::int64_t dim, std::int64_t heads,
                                       MultiHeadAttentionOptions given)
    : MultiHeadAttention(parent, name, Sizes{dim, heads, complete(dim, heads, given)}) {}

MultiHeadAttention::MultiHeadAttention(const Owner& parent, const std::string& name, const Sizes& sizes)
    : Module(parent, name),
      in_proj_weight(this, "in_proj_weight", weight_if(sizes.joint(), sizes.dim + 2 * sizes.key_width(), sizes.dim)),
      q_proj_weight(this, "q_proj_weight", weight_if(!sizes.joint(), sizes.dim, sizes.dim)),
      k_proj_weight(this, "k_proj_weight", weight_if(!sizes.joint(), sizes.key_width(), sizes.options.key_dim)),
      v_proj_weight(this, "v_proj_weight", weight_if(!sizes.joint(), sizes.key_width(), sizes.options.value_dim)),
      in_proj_bias(this, "in_proj_bias", sizes.options.bias ? zeros({sizes.dim + 2 * sizes.key_width()}) : Tensor()),
      out_proj(this, "out_proj", sizes.dim, sizes.dim, {.bias = sizes.options.bias, .zero_bias = true}),
      sizes_(sizes),
      dropout_(this, "dropout", sizes.options.dropout) {
  reset_parameters(init::pytorch(), default_generator());
}

void MultiHeadAttention::reset_parameters(const init::Preset& preset, Generator& generator) {
  const std::int64_t joint_width = sizes_.dim + 2 * sizes_.key_width();
  if (sizes_.joint())
    preset.projection(in_proj_weight.tensor(), {sizes_.dim, preset.joint_projection ? joint_width : sizes_.dim}, generator);
  for (Parameter* weight : {&q_proj_weight, &k_proj_weight, &v_proj_weight})
    if (weight->defined()) preset.projection(weight->tensor(), {weight->shape()[1], weight->shape()[0]}, generator);
  if (in_proj_bias.defined()) fill(in_proj_bias.tensor(), 0);
}

// [batch, time, heads * head dim] -> [batch, heads, time, head dim].
Variable MultiHeadAttention::split_heads(const Variable& projected) const {
  const std::int64_t head_dim = sizes_.dim / sizes_.heads;
  const Shape shape{projected.size(0), projected.size(1), projected.size(2) / head_dim, head_dim};
  return transpose(reshape(projected, shape), 1, 2);
}

// Projects the query (part 0), key or value and splits it by head.
Variable MultiHeadAttention::project(const Variable& x, int part) const {
  const std::int64_t from = part == 0 ? 0 : sizes_.dim + (part - 1) * sizes_.key_width();
  const std::int64_t to = from + (part == 0 ? sizes_.dim : sizes_.key_width());
  const Variable bias = in_proj_bias.defined() ? slice(in_proj_bias, 0, from, to) : Variable();
  if (sizes_.joint()) return split_heads(linear(x, slice(in_proj_weight, 0, from, to), bias));
  return split_heads(linear(x, part == 0 ? q_proj_weight : part == 1 ? k_proj_weight : v_proj_weight, bias));
}

Variable MultiHeadAttention::turned(const Variable& x, std::int64_t offset) const {
  return sizes_.options.rotary ? rotary_embedding(x, offset, *sizes_.options.rotary) : x;
}

Variable MultiHeadAttention::project_key(const Variable& key, std::int64_t offset) const {
  return turned(project(key, 1), offset);
}

Variable MultiHeadAttention::project_query(const Variable& query, std::int64_t offset) const {
  return turned(project(query, 0), offset) * (1 / std::sqrt(static_cast<double>(sizes_.dim / sizes_.heads)));
}

MultiHeadAttention::Heads MultiHeadAttention::heads_of(const Variable& query, const Variable& key, const Variable& value,
                                                       const Tensor& lengths, Where caller) const {
  check_defined(kOp, "query", query.tensor(), caller);
  check_defined(kOp, "key", key.tensor(), caller);
  check_defined(kOp, "value", value.tensor(), caller);
  check<ShapeError>(query.dims() == 3 && key.dims() == 3 && value.dims() == 3, caller, kOp, ": takes [batch, time, dim], not ",
                    query.shape(), ", ", key.shape(), " and ", value.shape());
  check<ShapeError>(query.size(0) == key.size(0) && key.size(0) == value.size(0) && key.size(1) == value.size(1), caller, kOp,
                    ": query ", query.shape(), ", key ", key.shape(), " and value ", value.shape(), " do not fit");
  if (lengths.defined()) checked_lengths(kOp, lengths, key.size(0), key.size(1), caller);
  const AttentionInputs own = harmless_padding({query, key, value}, lengths, 1, caller, kOp);
  return {project_query(own.query), project_key(own.key), project(own.value, 2)};
}

// [batch, heads, queries, head dim] -> [batch, queries, dim].
Variable MultiHeadAttention::join(const Variable& contexts) const {
  const Variable beside = transpose(contexts, 1, 2);
  return out_proj(reshape(beside, {beside.size(0), beside.size(1), sizes_.dim}));
}

Attended MultiHeadAttention::attended(const Heads& heads, const AttentionMask& mask, Where caller) const {
  const Variable weights = dropout_(attention_weights(dot_scores(heads.query, heads.key), mask, {}, caller));
  return {join(attention_context(weights, heads.value)), weights};
}

Variable MultiHeadAttention::context_of(const Heads& heads, const AttentionMask& mask, Where caller) const {
  if (dropout_.active()) return attended(heads, mask, caller).context;
  return join(dot_product_attention(heads.query, heads.key, heads.value, mask, {}, kOp, caller));
}

Attended MultiHeadAttention::attend(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask,
                                    Where caller) const {
  LayerScope scope(*this, caller);
  return attended(heads_of(query, key, value, mask.lengths, caller), mask, caller);
}

Attended MultiHeadAttention::attend(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                    Where caller) const {
  return attend(query, key, value, AttentionMask{.lengths = lengths}, caller);
}

Variable MultiHeadAttention::operator()(const Variable& query, const Variable& key, const Variable& value,
                                        const AttentionMask& mask, Where caller) const {
  LayerScope scope(*this, caller);
  return context_of(heads_of(query, key, value, mask.lengths, caller), mask, caller);
}

Variable MultiHeadAttention::operator()(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                        Where caller) const {
  return (*this)(query, key, value, AttentionMask{.lengths = lengths}, caller);
}

HeadMemory MultiHeadAttention::prepare(const Variable& key, const Variable& value, const Tensor& lengths, Where caller) const {
  LayerScope scope(*this, caller);
  check_defined(kOp, "key", key.tensor(), caller);
  check_defined(kOp, "value", value.tensor(), caller);
  check<ShapeError>(key.dims() == 3 && value.dims() == 3 && key.size(0) == value.size(0) && key.size(1) == value.size(1), caller,
                    kOp, ": key ", key.shape(), " and value ", value.shape(), " do not fit");
  if (lengths.defined()) checked_lengths(kOp, lengths, key.size(0), key.size(1), caller);
  const AttentionInputs own = harmless_padding({{}, key, value}, lengths, 1, caller, kOp);
  return {.keys = packed(project_key(own.key)), .values = packed(project(own.value, 2)), .lengths = lengths};
}

MultiHeadAttention::Heads MultiHeadAttention::heads_of(const Variable& query, const HeadMemory& memory, Where caller) const {
  check_query(query, caller);
  check_memory(memory, caller);
  check<ShapeError>(query.size(0) == memory.keys.size(0), caller, kOp, ": query ", query.shape(), " for a memory of a batch of ",
                    memory.keys.size(0));
  return {project_query(query), memory.keys, memory.values};
}

Attended MultiHeadAttention::attend(const Variable& query, const HeadMemory& memory, const AttentionMask& mask,
                                    Where caller) const {
  LayerScope scope(*this, caller);
  return attended(heads_of(query, memory, caller), with_lengths(mask, memory.lengths, caller), caller);
}

Variable MultiHeadAttention::operator()(const Variable& query, const HeadMemory& memory, const AttentionMask& mask,
                                        Where caller) const {
  LayerScope scope(*this, caller);
  return context_of(heads_of(query, memory, caller), with_lengths(mask, memory.lengths, caller), caller);
}

Variable MultiHeadAttention::step(const Variable& x, HeadMemory& past, Where caller) const {
  LayerScope scope(*this, caller);
  check_query(x, caller);
  const std::int64_t before = past.time();
  check<ShapeError>(before == 0 || past.keys.size(0) == x.size(0), caller, kOp, ": ", x.shape(),
                    " does not continue a past with a batch of ", before ? past.keys.size(0) : 0);
  const Variable keys = project_key(x, before);
  past.append(keys, project(x, 2));
  // A single position may use all keys.
  const AttentionMask mask = x.size(1) == 1 ? AttentionMask() : AttentionMask{.causal = true, .offset = before};
  return context_of({project_query(x, before), past.keys, past.values}, mask, caller);
}

}  // namespace weft::nn
