#include <weft/autograd/basics/cast.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/functions/division.h>
#include <weft/autograd/graph/examples.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/functions/rounding.h>

namespace weft {

namespace {

// Records y = a - b q for a whole number q, which the rule finds again: a - y is b q, but for a rounding that is far smaller than
// b.
Variable record_remainder(const char* op, const Variable& a, const Variable& b, const Tensor& y, Where caller) {
  const auto rule = [](const Backward& back) -> Variables {
    Variables gradients{back.grad(), {}};
    if (!back.wants(1)) return gradients;
    const Tensor whole = round((back.input(0).tensor() - back.output_tensor()) / back.input(1).tensor());
    gradients[1] = -back.grad() * Variable(whole);
    return gradients;
  };
  const DType dtype = y.dtype();
  return record(op, caller, {expand(cast(a, dtype), y.shape()), expand(cast(b, dtype), y.shape())}, y,
                {.inputs = 0b11, .outputs = kAll}, per_example(examples::SameOrder(), rule));
}
Variable record_remainder(const char* op, const Variable& a, const Tensor& y, Where caller) {
  const auto rule = [](const Backward& back) -> Variables { return {back.grad()}; };
  return record(op, caller, {cast(a, y.dtype())}, y, {}, per_example(examples::SameOrder(), rule));
}

}  // namespace

// Integers have no gradient.
Variable remainder(const Variable& a, const Variable& b, Where caller) {
  const Tensor y = remainder(a.tensor(), b.tensor(), caller);
  return is_floating(y.dtype()) ? record_remainder("remainder", a, b, y, caller) : Variable(y);
}
Variable remainder(const Variable& a, Divisor b, Where caller) {
  const Tensor y = remainder(a.tensor(), b, caller);
  return is_floating(y.dtype()) ? record_remainder("remainder", a, y, caller) : Variable(y);
}
Variable fmod(const Variable& a, const Variable& b, Where caller) {
  const Tensor y = fmod(a.tensor(), b.tensor(), caller);
  return is_floating(y.dtype()) ? record_remainder("fmod", a, b, y, caller) : Variable(y);
}
Variable fmod(const Variable& a, Divisor b, Where caller) {
  const Tensor y = fmod(a.tensor(), b, caller);
  return is_floating(y.dtype()) ? record_remainder("fmod", a, y, caller) : Variable(y);
}

}  // namespace weft
