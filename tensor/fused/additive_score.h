// The scores of additive attention.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// score[b, i, j] = sum over a of v[a] tanh(query[b, i, a] + key[b, j, a]), Bahdanau et al. 2015: query [batch, queries, dim], key
// [batch, keys, dim], v [dim] -> [batch, queries, keys]; f32 or f64. The sums query + key are not materialized. The bits of a
// score depend only on its own query, its key and v. Throws ShapeError, DtypeError.
Tensor additive_score(const Tensor& query, const Tensor& key, const Tensor& v, Where caller = Where::here());

// The gradients of sum(gradient * additive_score(query, key, v)); that of v is still to be summed over the batch: [batch, dim].
struct AdditiveScoreGradients {
  Tensor query, key, v;
};
AdditiveScoreGradients additive_score_gradients(const Tensor& gradient, const Tensor& query, const Tensor& key, const Tensor& v);

}  // namespace weft
