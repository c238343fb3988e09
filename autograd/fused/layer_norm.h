// Layer normalisation of Variables: that of tensor/fused/layer_norm.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/layer_norm.h>

namespace weft {

Variable layer_norm(const Variable& x, const Variable& weight, const Variable& bias, double epsilon = 1e-5,
                    Where caller = Where::here());

}  // namespace weft
