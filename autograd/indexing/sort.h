// Sorting along an axis of Variables, and running sums: the ops of tensor/indexing/sort.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/indexing/sort.h>

namespace weft {

Sorted<Variable> sort(const Variable& x, int axis = -1, Order order = Order::ascending, Where caller = Where::here());
Sorted<Variable> topk(const Variable& x, std::int64_t k, int axis = -1, Order order = Order::descending,
                      Where caller = Where::here());
Variable cumsum(const Variable& x, int axis = -1, Where caller = Where::here());

}  // namespace weft
