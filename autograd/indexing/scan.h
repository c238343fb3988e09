// The functions of tensor/indexing/scan.h on Variables.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/indexing/scan.h>

namespace weft {

Variable prod(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Variable cumprod(const Variable& x, int axis = -1, Where caller = Where::here());
Variable logcumsumexp(const Variable& x, int axis = -1, Where caller = Where::here());
Sorted<Variable> cummax(const Variable& x, int axis = -1, Where caller = Where::here());
Sorted<Variable> cummin(const Variable& x, int axis = -1, Where caller = Where::here());
Variable diff(const Variable& x, std::int64_t n = 1, int axis = -1, Where caller = Where::here());

}  // namespace weft
