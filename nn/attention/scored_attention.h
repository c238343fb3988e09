// ScoredAttention: the base of all attentions that score a query against keys.
#pragma once

#include <weft/autograd/indexing/padding.h>
#include <weft/nn/layers/dropout.h>
#include <weft/tensor/fused/attention_mask.h>

namespace weft::nn {

// Contexts, and the weights they were averaged with.
struct Attended {
  Variable context;  // [batch, queries, value dim]; [batch, value dim] if there is one query each
  Variable weights;  // [batch, queries, keys], or [batch, keys]
};

// The part that is the same for all queries of a batch.
struct Memory {
  Variable keys;    // as scores() takes them: [batch, keys, dim]
  Variable values;  // [batch, keys, value dim]
  Tensor lengths;   // [batch], i64; undefined if all keys count
};

// Returns the mask with the lengths of a memory. Throws ValueError if both have some.
AttentionMask with_lengths(const AttentionMask& mask, const Tensor& lengths, Where caller);

// weights = softmax over the keys of score(query, key), context = sum of weights * values. Keys from a row's length on get weight
// 0 exactly, whatever they and their values hold, and a row of length 0 gives zeros. If the query is the key itself, the lengths
// apply to the queries too, and nothing after them reaches a gradient. In f32, a query's result depends, bit for bit, only on the
// query and on its row's keys and values: not on the padding, the batch, or the other queries. So a decoder may ask for one step
// or for all.
//
//     Memory memory = attention.prepare(encoded, lengths);           // once
//     Variable context = attention.attend(state, memory).context;    // at each step
class ScoredAttention : public Module {
 public:
  // Computes the part that does not depend on the query: key [batch, keys, key dim], value [batch, keys, value dim], lengths i64
  // [batch] or undefined. Throws ShapeError, DtypeError, IndexError for a length outside 0 .. keys.
  Memory prepare(const Variable& key, const Variable& value, const Tensor& lengths = {}, Where caller = Where::here()) const;
  // The same with keys that are also the values.
  Memory prepare(const Variable& memory, const Tensor& lengths = {}, Where caller = Where::here()) const;

  // query [batch, queries, query dim], or [batch, query dim] if there is one query each. Throws ShapeError. The returned weights
  // are those that were used: while training, with the zeros of dropout.
  Attended attend(const Variable& query, const Memory& memory, Where caller = Where::here()) const;
  Attended attend(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                  Where caller = Where::here()) const;
  // With a mask of keys for each query. The scores are [batch, queries, keys]. The lengths are either the memory's or the mask's;
  // throws ValueError if both have some.
  Attended attend(const Variable& query, const Memory& memory, const AttentionMask& mask, Where caller = Where::here()) const;
  Attended attend(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask,
                  Where caller = Where::here()) const;

  // Returns the mean over the queries of attend()'s context, [batch, value dim], and of its weights, [batch, keys]: over the
  // first query_lengths[i] queries of example i, or over all. query [batch, queries, query dim]. It is equal, up to rounding, to
  // the mean of all contexts, but takes less work: mean_t(A_t V) = mean_t(A_t) V, so there is no product of all weights with the
  // values and no gradient of one. If scores are dot products and dropout is not active, many weights are computed in tiles, and
  // memory grows only with the positions (see autograd/fused/mean_attention.h). Throws as attend does, and IndexError for a
  // length outside 0 .. queries.
  Attended attend_mean(const Variable& query, const Memory& memory, const Tensor& query_lengths = {},
                       Where caller = Where::here()) const;
  Attended attend_mean(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                       const Tensor& query_lengths = {}, Where caller = Where::here()) const;

  // Returns only the context. If scores are dot products, many weights are not stored all at once (see
  // autograd/fused/detail/attention.h).
  Variable operator()(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                      Where caller = Where::here()) const;
  Variable operator()(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask,
                      Where caller = Where::here()) const;

 protected:
  ScoredAttention(const Owner& parent, const std::string& name, double dropout);

  // Returns the keys as scores() takes them.
  virtual Variable project(const Variable& key) const { return key; }
  // query [batch, queries, query dim], keys from project() -> [batch, queries, keys].
  virtual Variable scores(const Variable& query, const Variable& keys) const = 0;
  // Returns whether the scores are the dot products of dot_query(query) with the keys.
  virtual bool scores_are_dots() const { return false; }
  virtual Variable dot_query(const Variable& query) const { return query; }

 private:
  // Checks the arguments and replaces padding that must not count.
  static AttentionInputs own_inputs(const AttentionInputs& in, const Tensor& lengths, Where caller);
  // attend_mean for a query whose padding is harmless.
  Attended mean_of(const Variable& query, const Memory& memory, const Tensor& query_lengths, Where caller) const;
  void check_query(const Variable& query, const Memory& memory, Where caller) const;
  // query [batch, queries, query dim] -> [batch, queries, keys].
  Variable weights(const Variable& query, const Memory& memory, const AttentionMask& mask, Where caller) const;

  Dropout dropout_;
};

}  // namespace weft::nn
