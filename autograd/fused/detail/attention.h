// Dot-product attention that does not store all its weights, differentiable.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/detail/attention.h>

namespace weft {

// The scores of dot-product attention: matmul(query, transpose(key)), or gram(query) if the key is the query itself.
Variable dot_scores(const Variable& query, const Variable& key, Where caller = Where::here());

// softmax(query key^T) value; see tensor/fused/detail/attention.h. If one item has more than 256 x 256 weights, they are never
// stored all at once: forward and backward compute them tile by tile. The choice depends only on the sizes of one item, and for
// finite arguments both ways give the same bits.
Variable dot_product_attention(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                               Where caller = Where::here());

}  // namespace weft
