#include <weft/autograd/basics/detail/row_product.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>

namespace weft {

// y = sum over the rows of left^T right: dleft = right dy^T, dright = left dy.
Variable row_product(const Variable& left, const Variable& right, Where caller) {
  return record("row_product", caller, {left, right}, row_product(left.tensor(), right.tensor(), caller), {.inputs = kAll},
                [](const Backward& b) -> Variables {
                  return {b.wants(0) ? matmul(b.input(1), transpose(b.grad())) : Variable(),
                          b.wants(1) ? matmul(b.input(0), b.grad()) : Variable()};
                });
}

// Each row gets y's gradient.
Variable sum_rows(const Variable& x, Where caller) {
  check_defined("sum_rows", x.tensor(), caller);
  return record("sum_rows", caller, {x}, sum_rows(x.tensor(), caller), {},
                [shape = x.shape()](const Backward& b) -> Variables { return {expand(b.grad(), shape)}; });
}

}  // namespace weft
