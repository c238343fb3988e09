// Cross-entropy of Variables: that of tensor/fused/cross_entropy.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/cross_entropy.h>

namespace weft {

Variable cross_entropy(const Variable& logits, const Tensor& targets, const CrossEntropyOptions& options = {},
                       Where caller = Where::here());

}  // namespace weft
