// Dot-product attention without the array of all its weights, differentiable.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/detail/attention.h>

namespace weft {

// The scores of dot-product attention: matmul(query, transpose(key)), or gram(query) where the key is the query itself.
Variable dot_scores(const Variable& query, const Variable& key, Where where = Where::here());

// softmax(query key^T) value: tensor/fused/detail/attention.h says the rest. With more than 256 x 256 weights in one item no
// array of them is made: forward and backward compute them tile by tile. The way depends on one item's sizes alone, and the
// result of finite arguments has the same bits either way.
Variable dot_product_attention(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                               Where where = Where::here());

}  // namespace weft
