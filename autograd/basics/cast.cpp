#include <weft/autograd/basics/cast.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/array/copy.h>

namespace weft {

Variable cast(const Variable& x, DType dtype, Where caller) {
  check_defined("cast", x.tensor(), caller);
  if (x.dtype() == dtype) return x;
  const Tensor result = cast(x.tensor(), dtype);
  if (!is_floating(dtype)) return result;
  const auto rule = [dtype = x.dtype()](const Backward& b) -> Variables { return {cast(b.grad(), dtype)}; };
  return record("cast", caller, {x}, result, {}, per_example(examples::SameOrder{.linear = true}, rule));
}

}  // namespace weft
