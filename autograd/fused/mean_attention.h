// Dot-product attention of which only the mean over the queries is wanted, without the array of all its weights, differentiable.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/mean_attention.h>

namespace weft {

// The mean over the queries of the weights of dot-product attention, and of its contexts.
struct MeanAttention {
  Variable context;  // [batch, width]
  Variable weights;  // [batch, keys]
};

// weights = the mean over the queries of softmax(query key^T), context = weights value: tensor/fused/mean_attention.h says what
// counts. value [batch, keys, width]. With more than kFewMeanWeights scores no array of them is made: forward and backward
// compute them tile by tile. Results and gradients of finite arguments have the same bits either way, those of the composition of
// ops. Throws ShapeError, DtypeError, IndexError for a length out of range.
MeanAttention mean_attention(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths = {},
                             const Tensor& query_lengths = {}, Where where = Where::here());

// Up to so many scores of a batch the composition of ops is at least as fast.
inline constexpr std::int64_t kFewMeanWeights = 3 << 19;

}  // namespace weft
