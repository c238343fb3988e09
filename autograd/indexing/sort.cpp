#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/autograd/indexing/sort.h>
#include <weft/tensor/array/detail/scalar_axis.h>

namespace weft {

// The order is constant near x, so values get their gradient as gathered ones.
Sorted<Variable> sort(const Variable& x, int axis, Order order, Where caller) {
  check_defined("sort", x.tensor(), caller);
  Tensor indices = argsort(x.tensor(), axis, order, caller);
  return {gather(x, axis, indices, caller), indices};
}
Sorted<Variable> topk(const Variable& x, std::int64_t k, int axis, Order order, Where caller) {
  Tensor indices = argtopk(x.tensor(), k, axis, order, caller);
  return {gather(x, axis, indices, caller), indices};
}

// x[i] is part of the sums i, i + 1, ...: a running sum from the end.
Variable cumsum(const Variable& x, int axis, Where caller) {
  check_defined("cumsum", x.tensor(), caller);
  if (x.dims() == 0) return along_scalar(x, [&](const Variable& one) { return cumsum(one, axis, caller); });
  const auto rule = [axis](const Backward& b) -> Variables { return {flip(cumsum(flip(b.grad(), {axis}), axis), {axis})}; };
  return record("cumsum", caller, {x}, cumsum(x.tensor(), axis, caller), {}, per_example(examples::ButAxis{axis}, rule));
}

}  // namespace weft
