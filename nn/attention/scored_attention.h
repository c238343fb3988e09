// ScoredAttention: what all attention that scores a query against keys has in common.
#pragma once

#include <weft/autograd/indexing/padding.h>
#include <weft/nn/layers/dropout.h>

namespace weft::nn {

// Contexts, and the weights they were averaged with.
struct Attended {
  Variable context;  // [batch, queries, value dim], or [batch, value dim] for one query each
  Variable weights;  // [batch, queries, keys], or [batch, keys]
};

// What stays the same for all queries of a batch.
struct Memory {
  Variable keys;    // as the scores want them: [batch, keys, dim]
  Variable values;  // [batch, keys, value dim]
  Tensor lengths;   // [batch], i64; undefined when all keys count
};

// weights = softmax over the keys of score(query, key), context = sum of weights * values. Keys from a row's length on get weight
// 0 exactly, whatever they and their values hold, and a row of length 0 gives zeros; where the query is the key itself, the
// lengths are the queries' too, and nothing behind them reaches a gradient. f32: a query's result depends on its query and its
// row's keys and values alone, bit for bit: not on the padding, the batch, or the other queries. So a decoder may ask for one
// step or for all.
//
//     Memory memory = attention.prepare(encoded, lengths);           // once
//     Variable context = attention.attend(state, memory).context;    // at each step
class ScoredAttention : public Module {
 public:
  // The part that does not depend on the query: key [batch, keys, key dim], value [batch, keys, value dim], lengths i64 [batch]
  // or undefined. Throws ShapeError, DtypeError, IndexError for a length outside 0 .. keys.
  Memory prepare(const Variable& key, const Variable& value, const Tensor& lengths = {}, Where where = Where::here()) const;
  // Keys that are the values too.
  Memory prepare(const Variable& memory, const Tensor& lengths = {}, Where where = Where::here()) const;

  // query [batch, queries, query dim], or [batch, query dim] for one query each. Throws ShapeError. The weights are the ones
  // that were used: with zeros of dropout while training.
  Attended attend(const Variable& query, const Memory& memory, Where where = Where::here()) const;
  Attended attend(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                  Where where = Where::here()) const;

  // The mean over the queries of attend()'s context, [batch, value dim], and of its weights, [batch, keys]: over the first
  // query_lengths[i] queries of example i, or over all. query [batch, queries, query dim]. Up to rounding the same as the mean of
  // all contexts, with less work: mean_t(A_t V) = mean_t(A_t) V, so that there is no product of all weights with the values, and
  // neither of its gradients. Where scores are dot products and no dropout acts, many weights are computed in tiles and memory
  // grows with the positions alone (see autograd/fused/mean_attention.h). Throws as attend does, and IndexError for a length
  // outside 0
  // .. queries.
  Attended attend_mean(const Variable& query, const Memory& memory, const Tensor& query_lengths = {},
                       Where where = Where::here()) const;
  Attended attend_mean(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                       const Tensor& query_lengths = {}, Where where = Where::here()) const;

  // The context alone: where scores are dot products, without an array of all weights if they are many (see
  // autograd/fused/detail/attention.h).
  Variable operator()(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                      Where where = Where::here()) const;

 protected:
  ScoredAttention(const Owner& parent, const std::string& name, double dropout);

  // The keys as scores() takes them.
  virtual Variable project(const Variable& key) const { return key; }
  // query [batch, queries, query dim], keys from project() -> [batch, queries, keys].
  virtual Variable scores(const Variable& query, const Variable& keys) const = 0;
  // Whether the scores are the dot products of dot_query(query) with the keys.
  virtual bool scores_are_dots() const { return false; }
  virtual Variable dot_query(const Variable& query) const { return query; }

 private:
  // Checked, and without what must not count.
  static AttentionInputs own_inputs(const AttentionInputs& in, const Tensor& lengths, Where where);
  // attend_mean of a query whose padding is harmless.
  Attended mean_of(const Variable& query, const Memory& memory, const Tensor& query_lengths, Where where) const;
  void check_query(const Variable& query, const Memory& memory, Where where) const;
  // query [batch, queries, query dim] -> [batch, queries, keys].
  Variable weights(const Variable& query, const Memory& memory, Where where) const;

  Dropout dropout_;
};

}  // namespace weft::nn
