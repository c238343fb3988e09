#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/functions/rounding.h>
#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/elementwise/detail/rounding_ops.h>

namespace weft {

Variable floor(const Variable& x, Where caller) {
  return integer::alone(x.tensor()) ? Variable(floor(x.tensor(), caller)) : floor_op(x, caller);
}
Variable ceil(const Variable& x, Where caller) {
  return integer::alone(x.tensor()) ? Variable(ceil(x.tensor(), caller)) : ceil_op(x, caller);
}
Variable trunc(const Variable& x, Where caller) {
  return integer::alone(x.tensor()) ? Variable(trunc(x.tensor(), caller)) : trunc_op(x, caller);
}
Variable round(const Variable& x, Where caller) {
  return integer::alone(x.tensor()) ? Variable(round(x.tensor(), caller)) : round_op(x, caller);
}
Variable sign(const Variable& x, Where caller) {
  return integer::alone(x.tensor()) ? Variable(sign(x.tensor(), caller)) : sign_op(x, caller);
}
Variable frac(const Variable& x, Where caller) { return frac_op(x, caller); }

}  // namespace weft
