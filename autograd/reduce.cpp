#include <weft/autograd/node.h>
#include <weft/autograd/reduce.h>
#include <weft/autograd/views.h>

namespace weft {

// y = sum_i x_i, so each x_i gets y's gradient.
Variable sum(const Variable& x, const Axes& axes, bool keepdim, Where where) {
  Shape kept = reduced_shape(x.shape(), axis_mask("sum", axes, x.dims(), where), true);
  return record("sum", where, {x}, sum(x.tensor(), axes, keepdim, where), {},
                [shape = x.shape(), kept](const Backward& b) -> Variables { return {expand(reshape(b.grad(), kept), shape)}; });
}

Variable sum_to(const Variable& x, const Shape& shape, Where where) {
  return record("sum_to", where, {x}, sum_to(x.tensor(), shape, where), {},
                [shape = x.shape()](const Backward& b) -> Variables { return {expand(b.grad(), shape)}; });
}

}  // namespace weft
