#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/detail/mask.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/detail/accumulate.h>
#include <weft/tensor/array/detail/overlap.h>
#include <weft/tensor/elementwise/detail/arithmetic_ops.h>

namespace weft {

using integer::alone;

namespace {

Tensor number(const char* op, const Tensor& x, double value, Where caller) { return integer::scalar(op, x, value, caller); }

}  // namespace

Tensor neg(const Tensor& x, Where caller) { return alone(x) ? integer::neg(x, caller) : neg_op(x, caller); }
Tensor maximum(const Tensor& a, const Tensor& b, Where caller) {
  return alone(a, b) ? integer::maximum(a, b, caller) : maximum_op(a, b, caller);
}
Tensor maximum(const Tensor& a, AtNumber b, Where caller) {
  return alone(a, b.value) ? integer::maximum(a, number("maximum", a, b.value, caller), caller) : maximum_op(a, b.value, caller);
}
Tensor minimum(const Tensor& a, const Tensor& b, Where caller) {
  return alone(a, b) ? integer::minimum(a, b, caller) : minimum_op(a, b, caller);
}
Tensor minimum(const Tensor& a, AtNumber b, Where caller) {
  return alone(a, b.value) ? integer::minimum(a, number("minimum", a, b.value, caller), caller) : minimum_op(a, b.value, caller);
}
Tensor pow(const Tensor& x, const Tensor& exponent, Where caller) {
  return alone(x, exponent) ? integer::pow(x, exponent, caller) : pow_op(x, exponent, caller);
}
Tensor pow(const Tensor& x, AtNumber exponent, Where caller) {
  return alone(x, exponent.value) && exponent.value >= 0 ? integer::pow(x, number("pow", x, exponent.value, caller), caller)
                                                         : pow_op(x, exponent.value, caller);
}
Tensor pow(AtNumber base, const Tensor& exponent, Where caller) {
  return alone(exponent, base.value) ? integer::pow(number("pow", exponent, base.value, caller), exponent, caller)
                                     : pow_op(base.value, exponent, caller);
}
Tensor fma(const Tensor& a, const Tensor& b, const Tensor& c, Where caller) {
  return alone(a, b) && alone(c) ? integer::add(integer::mul(a, b, caller), c, caller) : fma_op(a, b, c, caller);
}
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b, Where caller) {
  check_condition(condition, caller);
  return alone(a, b) ? integer::where(condition, a, b, caller) : where_op(condition, a, b, caller);
}
Tensor where(const Tensor& condition, const Tensor& a, AtNumber b, Where caller) {
  check_condition(condition, caller);
  return alone(a, b.value) ? integer::where(condition, a, number("where", a, b.value, caller), caller)
                           : where_op(condition, a, b.value, caller);
}
Tensor where(const Tensor& condition, AtNumber a, const Tensor& b, Where caller) {
  check_condition(condition, caller);
  return alone(b, a.value) ? integer::where(condition, number("where", b, a.value, caller), b, caller)
                           : where_op(condition, a.value, b, caller);
}

Tensor operator-(const Tensor& x) { return neg(x); }
Tensor operator+(const Tensor& a, At<Tensor> b) {
  return alone(a, b.value) ? integer::add(a, b.value, b.caller) : add_op(a, b.value, b.caller);
}
Tensor operator-(const Tensor& a, At<Tensor> b) {
  return alone(a, b.value) ? integer::sub(a, b.value, b.caller) : sub_op(a, b.value, b.caller);
}
Tensor operator*(const Tensor& a, At<Tensor> b) {
  return alone(a, b.value) ? integer::mul(a, b.value, b.caller) : mul_op(a, b.value, b.caller);
}
Tensor operator/(const Tensor& a, At<Tensor> b) { return div_op(a, b.value, b.caller); }
Tensor operator+(const Tensor& a, AtNumber b) {
  return alone(a, b.value) ? integer::add(a, number("add", a, b.value, b.caller), b.caller) : add_op(a, b.value, b.caller);
}
Tensor operator-(const Tensor& a, AtNumber b) {
  return alone(a, b.value) ? integer::sub(a, number("sub", a, b.value, b.caller), b.caller) : sub_op(a, b.value, b.caller);
}
Tensor operator*(const Tensor& a, AtNumber b) {
  return alone(a, b.value) ? integer::mul(a, number("mul", a, b.value, b.caller), b.caller) : mul_op(a, b.value, b.caller);
}
Tensor operator/(const Tensor& a, AtNumber b) { return div_op(a, b.value, b.caller); }
Tensor operator+(AtNumber a, AtExactly<Tensor> b) {
  return alone(b.value, a.value) ? integer::add(number("add", b.value, a.value, b.caller), b.value, b.caller)
                                 : add_op(a.value, b.value, b.caller);
}
Tensor operator-(AtNumber a, AtExactly<Tensor> b) {
  return alone(b.value, a.value) ? integer::sub(number("sub", b.value, a.value, b.caller), b.value, b.caller)
                                 : sub_op(a.value, b.value, b.caller);
}
Tensor operator*(AtNumber a, AtExactly<Tensor> b) {
  return alone(b.value, a.value) ? integer::mul(number("mul", b.value, a.value, b.caller), b.value, b.caller)
                                 : mul_op(a.value, b.value, b.caller);
}
Tensor operator/(AtNumber a, AtExactly<Tensor> b) { return div_op(a.value, b.value, b.caller); }

void add_to(Tensor& to, const Tensor& x, Where caller) {
  const Operand operands[] = {to, x};
  const bool plain = to.defined() && x.defined() && is_floating(to.dtype()) && to.dtype() == x.dtype() &&
                     to.shape() == x.shape() && to.is_contiguous() && !overlap(to, x);
  if (!plain) return elementwise_update(add_op.call(), caller, operands, std::span(&to, 1));
  to.touch(caller);
  elementwise_into(add_op.call(), operands, std::span(&to, 1));
}

}  // namespace weft
