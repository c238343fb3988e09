// Which keys each query of an attention may use.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// A query uses the keys that all of these allow. What is left out allows all keys.
//
//     attention(x, x, x, {.lengths = in.lengths, .causal = true})
struct AttentionMask {
  // i64 [batch]: the first lengths[i] keys of example i. The padding after them changes no bit.
  Tensor lengths = {};
  // Broadcasts to the scores [batch, .., queries, keys]. bool: true allows a key, as in PyTorch's scaled_dot_product_attention
  // (in its nn.MultiheadAttention true forbids one). Floating, of the scores' dtype: is added to the scores, so that -inf forbids
  // one.
  Tensor mask = {};
  // Query i uses the keys 0 .. i + offset. With the keys of `offset` earlier positions kept in a cache, the next query is number
  // 0.
  bool causal = false;
  std::int64_t offset = 0;
};

// The mask of causal attention, bool [queries, keys]: true where the key is at most the query's number plus offset. Throws
// ValueError for a negative size.
Tensor causal_mask(std::int64_t queries, std::int64_t keys, std::int64_t offset = 0, Where caller = Where::here());

// The mask of local attention, bool [queries, keys]: true for the keys from `before` positions before the query to `after`
// positions after it. Throws ValueError for a negative argument.
Tensor local_mask(std::int64_t queries, std::int64_t keys, std::int64_t before, std::int64_t after, Where caller = Where::here());

// Throws ShapeError, DtypeError, IndexError or ValueError, in the name of `op`, unless `mask` fits scores of this shape and
// dtype.
void check_attention_mask(const char* op, const AttentionMask& mask, const Shape& scores, DType dtype, Where caller);

// Returns the entries of scores [batch, .., queries, keys] that may be used, as softmax() takes them: lengths, a bool mask, or an
// undefined Tensor for all. What is added to the scores is not part of it.
Tensor counted_scores(const AttentionMask& mask, const Shape& scores);
// Returns what is added to the scores, or an undefined Tensor.
Tensor added_to_scores(const AttentionMask& mask);

}  // namespace weft
