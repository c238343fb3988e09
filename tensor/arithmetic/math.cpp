#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/detail/mask.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/detail/accumulate.h>
#include <weft/tensor/array/detail/overlap.h>
#include <weft/tensor/elementwise/detail/arithmetic_ops.h>

namespace weft {

using integer::alone;

namespace {

Tensor number(const char* op, const Tensor& x, double value, Where where) { return integer::scalar(op, x, value, where); }

}  // namespace

Tensor neg(const Tensor& x, Where where) { return alone(x) ? integer::neg(x, where) : neg_op(x, where); }
Tensor maximum(const Tensor& a, const Tensor& b, Where where) {
  return alone(a, b) ? integer::maximum(a, b, where) : maximum_op(a, b, where);
}
Tensor maximum(const Tensor& a, AtNumber b, Where where) {
  return alone(a, b.value) ? integer::maximum(a, number("maximum", a, b.value, where), where) : maximum_op(a, b.value, where);
}
Tensor minimum(const Tensor& a, const Tensor& b, Where where) {
  return alone(a, b) ? integer::minimum(a, b, where) : minimum_op(a, b, where);
}
Tensor minimum(const Tensor& a, AtNumber b, Where where) {
  return alone(a, b.value) ? integer::minimum(a, number("minimum", a, b.value, where), where) : minimum_op(a, b.value, where);
}
Tensor pow(const Tensor& x, const Tensor& exponent, Where where) {
  return alone(x, exponent) ? integer::pow(x, exponent, where) : pow_op(x, exponent, where);
}
Tensor pow(const Tensor& x, AtNumber exponent, Where where) {
  return alone(x, exponent.value) && exponent.value >= 0 ? integer::pow(x, number("pow", x, exponent.value, where), where)
                                                         : pow_op(x, exponent.value, where);
}
Tensor pow(AtNumber base, const Tensor& exponent, Where where) {
  return alone(exponent, base.value) ? integer::pow(number("pow", exponent, base.value, where), exponent, where)
                                     : pow_op(base.value, exponent, where);
}
Tensor fma(const Tensor& a, const Tensor& b, const Tensor& c, Where where) {
  return alone(a, b) && alone(c) ? integer::add(integer::mul(a, b, where), c, where) : fma_op(a, b, c, where);
}
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b, Where line) {
  check_condition(condition, line);
  return alone(a, b) ? integer::where(condition, a, b, line) : where_op(condition, a, b, line);
}
Tensor where(const Tensor& condition, const Tensor& a, AtNumber b, Where line) {
  check_condition(condition, line);
  return alone(a, b.value) ? integer::where(condition, a, number("where", a, b.value, line), line)
                           : where_op(condition, a, b.value, line);
}
Tensor where(const Tensor& condition, AtNumber a, const Tensor& b, Where line) {
  check_condition(condition, line);
  return alone(b, a.value) ? integer::where(condition, number("where", b, a.value, line), b, line)
                           : where_op(condition, a.value, b, line);
}

Tensor operator-(const Tensor& x) { return neg(x); }
Tensor operator+(const Tensor& a, At<Tensor> b) {
  return alone(a, b.value) ? integer::add(a, b.value, b.where) : add_op(a, b.value, b.where);
}
Tensor operator-(const Tensor& a, At<Tensor> b) {
  return alone(a, b.value) ? integer::sub(a, b.value, b.where) : sub_op(a, b.value, b.where);
}
Tensor operator*(const Tensor& a, At<Tensor> b) {
  return alone(a, b.value) ? integer::mul(a, b.value, b.where) : mul_op(a, b.value, b.where);
}
Tensor operator/(const Tensor& a, At<Tensor> b) { return div_op(a, b.value, b.where); }
Tensor operator+(const Tensor& a, AtNumber b) {
  return alone(a, b.value) ? integer::add(a, number("add", a, b.value, b.where), b.where) : add_op(a, b.value, b.where);
}
Tensor operator-(const Tensor& a, AtNumber b) {
  return alone(a, b.value) ? integer::sub(a, number("sub", a, b.value, b.where), b.where) : sub_op(a, b.value, b.where);
}
Tensor operator*(const Tensor& a, AtNumber b) {
  return alone(a, b.value) ? integer::mul(a, number("mul", a, b.value, b.where), b.where) : mul_op(a, b.value, b.where);
}
Tensor operator/(const Tensor& a, AtNumber b) { return div_op(a, b.value, b.where); }
Tensor operator+(AtNumber a, AtExactly<Tensor> b) {
  return alone(b.value, a.value) ? integer::add(number("add", b.value, a.value, b.where), b.value, b.where)
                                 : add_op(a.value, b.value, b.where);
}
Tensor operator-(AtNumber a, AtExactly<Tensor> b) {
  return alone(b.value, a.value) ? integer::sub(number("sub", b.value, a.value, b.where), b.value, b.where)
                                 : sub_op(a.value, b.value, b.where);
}
Tensor operator*(AtNumber a, AtExactly<Tensor> b) {
  return alone(b.value, a.value) ? integer::mul(number("mul", b.value, a.value, b.where), b.value, b.where)
                                 : mul_op(a.value, b.value, b.where);
}
Tensor operator/(AtNumber a, AtExactly<Tensor> b) { return div_op(a.value, b.value, b.where); }

void add_to(Tensor& to, const Tensor& x, Where where) {
  const Operand operands[] = {to, x};
  const bool plain = to.defined() && x.defined() && is_floating(to.dtype()) && to.dtype() == x.dtype() &&
                     to.shape() == x.shape() && to.is_contiguous() && !overlap(to, x);
  if (!plain) return elementwise_update(add_op.call(), where, operands, std::span(&to, 1));
  to.touch(where);
  elementwise_into(add_op.call(), operands, std::span(&to, 1));
}

}  // namespace weft
