// Reductions of Variables: those of tensor/reduce.h, entered into the graph.
#pragma once

#include <weft/autograd/variable.h>
#include <weft/tensor/reduce.h>

namespace weft {

Variable sum(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
Variable sum_to(const Variable& x, const Shape& shape, Where where = Where::here());

}  // namespace weft
