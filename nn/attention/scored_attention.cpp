#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/mean_attention.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/nn/attention/scored_attention.h>
#include <weft/tensor/array/detail/overlap.h>
#include <weft/tensor/reduction/lengths.h>

namespace weft::nn {

namespace {

// Returns whether both are undefined, or consist of the same elements.
bool are_same(const Tensor& a, const Tensor& b) {
  return a.defined() && b.defined() ? same_elements(a, b) : a.defined() == b.defined();
}

}  // namespace

AttentionMask with_lengths(const AttentionMask& mask, const Tensor& lengths, Where caller) {
  check<ValueError>(!mask.lengths.defined() || !lengths.defined(), caller,
                    "attention: both the memory and the mask have lengths");
  AttentionMask all = mask;
  if (lengths.defined()) all.lengths = lengths;
  return all;
}

ScoredAttention::ScoredAttention(const Owner& parent, const std::string& name, double dropout)
    : Module(parent, name), dropout_(this, "dropout", dropout) {}

AttentionInputs ScoredAttention::own_inputs(const AttentionInputs& in, const Tensor& lengths, Where caller) {
  const Variable &key = in.key, &value = in.value;
  check_defined("attention", "key", key.tensor(), caller);
  check_defined("attention", "value", value.tensor(), caller);
  check<ShapeError>(key.dims() == 3 && value.dims() == 3, caller, "attention: keys and values must be [batch, keys, dim], not ",
                    key.shape(), " and ", value.shape());
  check<ShapeError>(key.size(0) == value.size(0) && key.size(1) == value.size(1), caller, "attention: ", key.shape(),
                    " keys do not fit ", value.shape(), " values");
  if (lengths.defined()) checked_lengths("attention", lengths, key.size(0), key.size(1), caller);
  return harmless_padding(in, lengths, 1, caller, "attention");
}

Memory ScoredAttention::prepare(const Variable& key, const Variable& value, const Tensor& lengths, Where caller) const {
  LayerScope scope(*this, caller);
  const AttentionInputs in = own_inputs({{}, key, value}, lengths, caller);
  return {project(in.key), in.value, lengths};
}

Memory ScoredAttention::prepare(const Variable& memory, const Tensor& lengths, Where caller) const {
  return prepare(memory, memory, lengths, caller);
}

void ScoredAttention::check_query(const Variable& query, const Memory& memory, Where caller) const {
  check_defined("attention", "query", query.tensor(), caller);
  check_defined("attention", "memory", memory.keys.tensor(), caller);
  check<ShapeError>(query.dims() == 2 || query.dims() == 3, caller,
                    "attention: queries must be [batch, queries, dim] or [batch, dim], not ", query.shape());
  check<ShapeError>(query.size(0) == memory.keys.size(0), caller, "attention: ", query.shape(), " queries for a batch of ",
                    memory.keys.size(0));
}

Variable ScoredAttention::weights(const Variable& query, const Memory& memory, const AttentionMask& mask, Where caller) const {
  check_query(query, memory, caller);
  return dropout_(attention_weights(scores(query, memory.keys), with_lengths(mask, memory.lengths, caller), {}, caller));
}

Attended ScoredAttention::attend(const Variable& query, const Memory& memory, Where caller) const {
  return attend(query, memory, AttentionMask(), caller);
}

Attended ScoredAttention::attend(const Variable& query, const Memory& memory, const AttentionMask& mask, Where caller) const {
  LayerScope scope(*this, caller);
  check_defined("attention", "query", query.tensor(), caller);
  bool one = query.dims() == 2;
  Variable each = weights(one ? unsqueeze(query, 1) : query, memory, mask, caller);  // [batch, queries, keys]
  Variable context = matmul(each, memory.values);                                    // [batch, queries, value dim]
  return one ? Attended{squeeze(context, 1), squeeze(each, 1)} : Attended{context, each};
}

Attended ScoredAttention::attend_mean(const Variable& query, const Memory& memory, const Tensor& query_lengths,
                                      Where caller) const {
  LayerScope scope(*this, caller);
  check_defined("attention", "query", query.tensor(), caller);
  check<ShapeError>(query.dims() == 3, caller, "attention: the mean needs queries [batch, queries, dim], not ", query.shape());
  check_query(query, memory, caller);
  if (query_lengths.defined()) checked_lengths("attention", query_lengths, query.size(0), query.size(1), caller);
  return mean_of(harmless_padding(query, query_lengths, 1, caller, "attention"), memory, query_lengths, caller);
}

Attended ScoredAttention::mean_of(const Variable& query, const Memory& memory, const Tensor& query_lengths, Where caller) const {
  if (scores_are_dots() && !dropout_.active()) {
    check_query(query, memory, caller);
    auto [context, weights] = mean_attention(dot_query(query), memory.keys, memory.values, memory.lengths, query_lengths, caller);
    return {context, weights};
  }
  Variable each = weights(query, memory, {}, caller);                                        // [batch, queries, keys]
  Variable average = query_lengths.defined() ? mean(each, query_lengths) : mean(each, {1});  // [batch, keys]
  return {squeeze(matmul(unsqueeze(average, 1), memory.values), 1), average};
}

Attended ScoredAttention::attend_mean(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                      const Tensor& query_lengths, Where caller) const {
  LayerScope scope(*this, caller);
  const AttentionInputs in = own_inputs({query, key, value}, lengths, caller);
  const Memory memory{project(in.key), in.value, lengths};
  const bool looked_at = query.state() == key.state() && are_same(lengths, query_lengths);
  return looked_at ? mean_of(in.query, memory, query_lengths, caller) : attend_mean(in.query, memory, query_lengths, caller);
}

Attended ScoredAttention::attend(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                 Where caller) const {
  return attend(query, key, value, AttentionMask{.lengths = lengths}, caller);
}

Attended ScoredAttention::attend(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask,
                                 Where caller) const {
  LayerScope scope(*this, caller);
  const AttentionInputs in = own_inputs({query, key, value}, mask.lengths, caller);
  return attend(in.query, {project(in.key), in.value, {}}, mask, caller);
}

Variable ScoredAttention::operator()(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                     Where caller) const {
  return (*this)(query, key, value, AttentionMask{.lengths = lengths}, caller);
}

Variable ScoredAttention::operator()(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask,
                                     Where caller) const {
  LayerScope scope(*this, caller);
  const AttentionInputs in = own_inputs({query, key, value}, mask.lengths, caller);
  const Memory memory{project(in.key), in.value, {}};
  if (dropout_.active() || !scores_are_dots()) return attend(in.query, memory, mask, caller).context;
  check_query(in.query, memory, caller);
  bool one = query.dims() == 2;
  Variable dots = dot_query(one ? unsqueeze(in.query, 1) : in.query);
  Variable context = dot_product_attention(dots, memory.keys, memory.values, mask, {}, "attention", caller);
  return one ? squeeze(context, 1) : context;
}

}  // namespace weft::nn
