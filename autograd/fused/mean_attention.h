// Dot-product attention averaged over the queries, without storing all its weights, differentiable.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/mean_attention.h>

namespace weft {

// The mean over the queries of the weights of dot-product attention, and of its contexts.
struct MeanAttention {
  Variable context;  // [batch, width]
  Variable weights;  // [batch, keys]
};

// weights = the mean over the queries of softmax(query key^T), context = weights value, where value is [batch, keys, width]; see
// tensor/fused/mean_attention.h for what counts. If there are more than kFewMeanWeights scores, they are never stored all at
// once: forward and backward compute them tile by tile. For finite arguments the results and gradients have the same bits either
// way, those of the composition of ops. Throws ShapeError, DtypeError, IndexError for a length out of range.
MeanAttention mean_attention(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                             const Tensor& query_lengths = {}, Where caller = Where::here());

// For up to this many scores in a batch, the composition of ops is at least as fast.
inline constexpr std::int64_t kFewMeanWeights = 3 << 19;

}  // namespace weft
