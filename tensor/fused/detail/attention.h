// Dot-product attention in tiles: only the weights of a few queries exist at a time.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// softmax(query key^T) value, without a scale (Luong et al. 2015, "dot"; Vaswani et al. 2017 scale the queries): query [batch,
// .., queries, dim], key [batch, .., keys, dim], value [batch, .., keys, width] -> [batch, .., queries, width], f32 or f64. Only
// the first lengths[i] keys of example i count (i64 [batch]; undefined: all); if there are none, the result is zeros. For finite
// arguments the bits are those of matmul(softmax(matmul(query, transpose(key)), lengths), value), but computed in tiles of a few
// queries that stay in the processor's caches. Throws ShapeError, DtypeError, IndexError for a length outside 0 .. keys.
Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& lengths = {},
                             Where caller = Where::here());

// Throws what dot_product_attention would throw for these arguments, if anything.
void check_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& lengths,
                                 Where caller);

// Gradients of the arguments, f32. The weights are recomputed tile by tile.
struct AttentionGradients {
  Tensor query, key, value;
};
AttentionGradients dot_product_attention_gradients(const Tensor& gradient, const Tensor& query, const Tensor& key,
                                                   const Tensor& value, const Tensor& lengths);

}  // namespace weft
