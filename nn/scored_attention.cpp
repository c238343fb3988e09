#include <weft/autograd/matmul.h>
#include <weft/autograd/softmax.h>
#include <weft/autograd/views.h>
#include <weft/nn/scored_attention.h>
#include <weft/tensor/lengths.h>

namespace weft::nn {

ScoredAttention::ScoredAttention(Module* parent, const std::string& name, double dropout)
    : Module(parent, name), dropout_(this, "dropout", dropout) {}

Memory ScoredAttention::prepare(const Variable& key, const Variable& value, const Tensor& lengths, Where where) const {
  LayerScope scope(*this, where);
  check<ShapeError>(key.dims() == 3 && value.dims() == 3, where, "attention: keys and values are [batch, keys, dim], not ",
                    key.shape(), " and ", value.shape());
  check<ShapeError>(key.size(0) == value.size(0) && key.size(1) == value.size(1), where, "attention: ", key.shape(),
                    " keys do not fit ", value.shape(), " values");
  if (lengths.defined()) checked_lengths("attention", lengths, key.size(0), key.size(1), where);
  return {project(key), value, lengths};
}

Memory ScoredAttention::prepare(const Variable& memory, const Tensor& lengths, Where where) const {
  return prepare(memory, memory, lengths, where);
}

Attended ScoredAttention::attend(const Variable& query, const Memory& memory, Where where) const {
  LayerScope scope(*this, where);
  check<ShapeError>(query.dims() == 2 || query.dims() == 3, where,
                    "attention: queries are [batch, queries, dim] or [batch, dim], not ", query.shape());
  check<ShapeError>(query.size(0) == memory.keys.size(0), where, "attention: ", query.shape(), " queries for a batch of ",
                    memory.keys.size(0));
  bool one = query.dims() == 2;
  Variable score = scores(one ? unsqueeze(query, 1) : query, memory.keys);  // [batch, queries, keys]
  Variable weights = dropout_(softmax(score, memory.lengths));
  Variable context = matmul(weights, memory.values);  // [batch, queries, value dim]
  return one ? Attended{squeeze(context, 1), squeeze(weights, 1)} : Attended{context, weights};
}

Attended ScoredAttention::attend(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                 Where where) const {
  return attend(query, prepare(key, value, lengths, where), where);
}

Variable ScoredAttention::operator()(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths,
                                     Where where) const {
  return attend(query, key, value, lengths, where).context;
}

}  // namespace weft::nn
