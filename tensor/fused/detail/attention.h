// Dot-product attention in tiles: only the weights of a few queries exist at a time.
#pragma once

#include <weft/tensor/fused/attention_mask.h>

namespace weft {

// softmax(query key^T) value, without a scale (Luong et al. 2015, "dot"; Vaswani et al. 2017 scale the queries): query [batch,
// .., heads, queries, dim], key [batch, .., key heads, keys, dim], value [batch, .., key heads, keys, width] -> [batch, ..,
// heads, queries, width], all f32. If there are fewer key heads than heads, each serves heads / key heads queries in turn
// (Ainslie et al. 2023). A query that may use no key gives zeros. For finite arguments the bits are those of the composition
// matmul(softmax(matmul(query, transpose(key)) + what is added, what counts), value), but computed in tiles of a few queries that
// stay in the processor's caches; keys that come after all queries of some tiles are skipped if the mask is causal. The arguments
// have passed check_attention().
Tensor attention_in_tiles(const Tensor& query, const Tensor& key, const Tensor& value, const AttentionMask& mask, Where caller);

// Throws ShapeError, DtypeError, ValueError, or IndexError for a length outside 0 .. keys, in the name of `op`, unless these are
// arguments of an attention, f32 or f64.
void check_attention(const char* op, const Tensor& query, const Tensor& key, const Tensor& value, const AttentionMask& mask,
                     Where caller);

// Returns the shape of the scores, [batch, .., heads, queries, keys].
Shape score_shape(const Shape& query, const Shape& key);

// Gradients of the arguments, f32. The weights are recomputed tile by tile.
struct AttentionGradients {
  Tensor query, key, value;
};
AttentionGradients attention_gradients(const Tensor& gradient, const Tensor& query, const Tensor& key, const Tensor& value,
                                       const AttentionMask& mask);

}  // namespace weft
