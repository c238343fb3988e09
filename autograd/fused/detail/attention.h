// Dot-product attention that does not store all its weights, differentiable.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/attention_mask.h>

namespace weft {

// The scores of dot-product attention: matmul(query, transpose(key)), or gram(query) if the key is the query itself. If the key
// has fewer heads (the axis before the last two), each serves several of the query's.
Variable dot_scores(const Variable& query, const Variable& key, Where caller = Where::here());

// The weights of an attention: the softmax over the keys of scores [batch, .., queries, keys] plus what the mask adds to them and
// `bias`, if it is defined, over the keys that the mask allows. A query without any key gets zeros. Throws as
// check_attention_mask() does.
Variable attention_weights(const Variable& scores, const AttentionMask& mask, const Variable& bias = {},
                           Where caller = Where::here());
// weights [batch, heads, queries, keys] times value [batch, key heads, keys, width].
Variable attention_context(const Variable& weights, const Variable& value, Where caller = Where::here());

// softmax(query key^T) value; see tensor/fused/detail/attention.h. If one item has more than 256 x 256 weights, they are never
// stored all at once: forward and backward compute them tile by tile. The choice depends only on the sizes of one item, and for
// finite arguments both ways give the same bits. With a bias that requires a gradient, all weights are stored. Errors name `op`.
Variable dot_product_attention(const Variable& query, const Variable& key, const Variable& value, const AttentionMask& mask = {},
                               const Variable& bias = {}, const char* op = "dot_product_attention", Where caller = Where::here());

}  // namespace weft
