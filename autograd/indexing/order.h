// The functions of tensor/indexing/order.h on Variables.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/indexing/order.h>

namespace weft {

Sorted<Variable> kthvalue(const Variable& x, std::int64_t k, int axis = -1, Where caller = Where::here());
Variable median(const Variable& x, int axis = -1, Where caller = Where::here());
Variable quantile(const Variable& x, double q, int axis = -1, Where caller = Where::here());

}  // namespace weft
