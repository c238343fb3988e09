// Dot-product attention averaged over the queries, in tiles.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// The mean over the queries of softmax(query key^T): query [batch, queries, dim], key [batch, keys, dim] -> [batch, keys], f32 or
// f64. Only the first query_lengths[i] queries and the first lengths[i] keys of example i count (i64 [batch]; undefined: all);
// other keys get 0. For finite arguments the bits are those of mean(softmax(matmul(query, transpose(key)), lengths),
// query_lengths), but computed in tiles of a few queries, so that memory grows only with queries + keys (Rabe & Staats 2021). If
// both are the same elements, scores that are used for both orders of a pair are also stored: up to 128 MiB together with the
// elements, or 48 MiB, whichever is more. Throws ShapeError, DtypeError, IndexError for a length out of range.
Tensor mean_attention_weights(const Tensor& query, const Tensor& key, const Tensor& lengths = {},
                              const Tensor& query_lengths = {}, Where caller = Where::here());

// Throws what mean_attention_weights would throw for these arguments, if anything.
void check_mean_attention(const Tensor& query, const Tensor& key, const Tensor& lengths, const Tensor& query_lengths,
                          Where caller);

// The gradients of query and key, given that of the weights. For each of the two, scores are recomputed tile by tile.
struct MeanAttentionGradients {
  Tensor query, key;
};
MeanAttentionGradients mean_attention_gradients(const Tensor& gradient, const Tensor& query, const Tensor& key,
                                                const Tensor& lengths, const Tensor& query_lengths);

// The gradients of context = weights values [batch, width] and of the weights [batch, keys]; either may be undefined.
struct MeanContextGradients {
  Tensor context, weights;

  // Returns the gradient of the weights, including the part that comes through the context.
  Tensor of_weights(const Tensor& values) const;
};

// Returns the gradient of x, where weights = mean_attention_weights(x, x, lengths, query_lengths) and context = weights x, all in
// one array: `result`, which may be x itself, or a new one if that is undefined.
Tensor mean_self_attention_gradient(const MeanContextGradients& gradients, const Tensor& weights, const Tensor& x,
                                    const Tensor& lengths, const Tensor& query_lengths, Tensor result = {});

}  // namespace weft
