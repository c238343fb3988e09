// Softmax of Variables: those of tensor/fused/softmax.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/softmax.h>

namespace weft {

Variable softmax(const Variable& x, int axis = -1, Where caller = Where::here());
Variable softmax(const Variable& x, const Tensor& mask, Where caller = Where::here());
Variable log_softmax(const Variable& x, int axis = -1, Where caller = Where::here());
Variable log_softmax(const Variable& x, const Tensor& mask, Where caller = Where::here());

}  // namespace weft
