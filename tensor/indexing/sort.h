// Sorting along an axis, and running sums. NaN counts as the largest number, equal elements keep their order, and a scalar has
// the axes 0 and -1.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

enum class Order { ascending, descending };

// The sorted values, a Tensor or a Variable, and the i64 indices along the axis where they were.
template <class X>
struct Sorted {
  X values;
  Tensor indices;
};

Sorted<Tensor> sort(const Tensor& x, int axis = -1, Order order = Order::ascending, Where caller = Where::here());

// Returns the indices only.
Tensor argsort(const Tensor& x, int axis = -1, Order order = Order::ascending, Where caller = Where::here());

// Returns the k largest elements along an axis, the largest first, or with Order::ascending the k smallest. Throws ValueError
// unless 0 <= k <= the size of the axis.
Sorted<Tensor> topk(const Tensor& x, std::int64_t k, int axis = -1, Order order = Order::descending,
                    Where caller = Where::here());

// Returns the indices only.
Tensor argtopk(const Tensor& x, std::int64_t k, int axis = -1, Order order = Order::descending, Where caller = Where::here());

// result[i] = x[0] + ... + x[i] along an axis, added in this order. Integers and bools give i64, which wraps around.
Tensor cumsum(const Tensor& x, int axis = -1, Where caller = Where::here());

}  // namespace weft
