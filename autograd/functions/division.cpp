#include <weft/autograd/basics/cast.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/functions/division.h>
#include <weft/autograd/functions/rounding.h>
#include <weft/autograd/graph/examples.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/functions/rounding.h>

namespace weft {

namespace {

// Records y = a - b q, where q(a, b) is a whole number.
template <class Quotient>
Variable record_remainder(const char* op, const Variable& a, const Variable& b, const Tensor& y, Where caller,
                          Quotient quotient) {
  const auto rule = [quotient](const Backward& back) -> Variables {
    Variables gradients{back.grad(), {}};
    if (back.wants(1)) gradients[1] = -back.grad() * Variable(quotient(back.input(0).tensor(), back.input(1).tensor()));
    return gradients;
  };
  const DType dtype = y.dtype();
  return record(op, caller, {expand(cast(a, dtype), y.shape()), expand(cast(b, dtype), y.shape())}, y, {.inputs = 0b11},
                per_example(examples::SameOrder(), rule));
}

}  // namespace

Variable remainder(const Variable& a, const Variable& b, Where caller) {
  const Tensor y = remainder(a.tensor(), b.tensor(), caller);
  if (!is_floating(y.dtype())) return y;
  return record_remainder("remainder", a, b, y, caller,
                          [](const Tensor& x, const Tensor& divisor) { return floor_divide(x, divisor); });
}
Variable remainder(const Variable& a, Divisor b, Where caller) {
  const Tensor y = remainder(a.tensor(), b, caller);
  if (!is_floating(y.dtype())) return y;
  return record(
      "remainder", caller, {cast(a, y.dtype())}, y, {},
      per_example(examples::SameOrder{.linear = false}, [](const Backward& back) -> Variables { return {back.grad()}; }));
}

Variable fmod(const Variable& a, const Variable& b, Where caller) {
  const Tensor y = fmod(a.tensor(), b.tensor(), caller);
  if (!is_floating(y.dtype())) return y;
  return record_remainder("fmod", a, b, y, caller, [](const Tensor& x, const Tensor& divisor) { return trunc(x / divisor); });
}
Variable fmod(const Variable& a, Divisor b, Where caller) {
  const Tensor y = fmod(a.tensor(), b, caller);
  if (!is_floating(y.dtype())) return y;
  return record(
      "fmod", caller, {cast(a, y.dtype())}, y, {},
      per_example(examples::SameOrder{.linear = false}, [](const Backward& back) -> Variables { return {back.grad()}; }));
}

}  // namespace weft
