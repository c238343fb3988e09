#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/elementwise/detail/arithmetic_ops.h>

namespace weft {

namespace {

// Integers have no gradient, so the functions of Tensors compute them.
bool alone(const Variable& x) { return integer::alone(x.tensor()); }
bool alone(const Variable& a, const Variable& b) { return integer::alone(a.tensor(), b.tensor()); }
bool alone(const Variable& x, double number) { return integer::alone(x.tensor(), number); }

}  // namespace

Variable neg(const Variable& x, Where where) { return alone(x) ? Variable(neg(x.tensor(), where)) : neg_op(x, where); }
Variable maximum(const Variable& a, const Variable& b, Where where) {
  return alone(a, b) ? Variable(maximum(a.tensor(), b.tensor(), where)) : maximum_op(a, b, where);
}
Variable maximum(const Variable& a, AtNumber b, Where where) {
  return alone(a, b.value) ? Variable(maximum(a.tensor(), b.value, where)) : maximum_op(a, b.value, where);
}
Variable minimum(const Variable& a, const Variable& b, Where where) {
  return alone(a, b) ? Variable(minimum(a.tensor(), b.tensor(), where)) : minimum_op(a, b, where);
}
Variable minimum(const Variable& a, AtNumber b, Where where) {
  return alone(a, b.value) ? Variable(minimum(a.tensor(), b.value, where)) : minimum_op(a, b.value, where);
}
Variable pow(const Variable& x, const Variable& exponent, Where where) {
  return alone(x, exponent) ? Variable(pow(x.tensor(), exponent.tensor(), where)) : pow_op(x, exponent, where);
}
Variable pow(const Variable& x, AtNumber exponent, Where where) {
  return alone(x, exponent.value) ? Variable(pow(x.tensor(), exponent.value, where)) : pow_op(x, exponent.value, where);
}
Variable pow(AtNumber base, const Variable& exponent, Where where) {
  return alone(exponent, base.value) ? Variable(pow(base.value, exponent.tensor(), where)) : pow_op(base.value, exponent, where);
}
Variable fma(const Variable& a, const Variable& b, const Variable& c, Where where) {
  if (alone(a, b) && alone(c)) return fma(a.tensor(), b.tensor(), c.tensor(), where);
  return fma_op(a, b, c, where);
}

namespace {

struct WhereRule {
  Variables operator()(const Backward& b) const {
    const Tensor& condition = b.input(0).tensor();
    if (b.wants(1) && b.wants(2) && !grad_enabled()) return both(condition, b);
    return {Variable(), b.wants(1) ? where(condition, b.grad(), 0.0) : Variable(),
            b.wants(2) ? where(condition, 0.0, b.grad()) : Variable()};
  }

  // Computes both gradients in one pass, and writes the second over the result's gradient if that memory is not used elsewhere.
  static Variables both(const Tensor& condition, const Backward& b) {
    const Tensor& gradient = b.grad().tensor();
    const Tensor own = b.reusable_grad();
    const std::array<Operand, 2> operands{condition, gradient};
    std::array<Tensor, 2> results{Tensor(gradient.shape(), gradient.dtype()),
                                  own.defined() ? own : Tensor(gradient.shape(), gradient.dtype())};
    elementwise_into(where_gradient_op.call(), operands, results);
    return {Variable(), Variable(results[0]), Variable(results[1])};
  }
};

Variable record_where(const Tensor& condition, Variable a, Variable b, const Tensor& result, Where line) {
  for (Variable* x : {&a, &b})
    if (x->defined()) detail::promote_argument(*x, result, line);
  return record("where", line, {condition, a, b}, result, {.inputs = 0b1}, WhereRule());
}

}  // namespace

Variable where(const Tensor& condition, const Variable& a, const Variable& b, Where line) {
  return record_where(condition, a, b, where(condition, a.tensor(), b.tensor(), line), line);
}
Variable where(const Tensor& condition, const Variable& a, AtNumber b, Where line) {
  return record_where(condition, a, Variable(), where(condition, a.tensor(), b.value, line), line);
}
Variable where(const Tensor& condition, AtNumber a, const Variable& b, Where line) {
  return record_where(condition, Variable(), b, where(condition, a.value, b.tensor(), line), line);
}

Variable operator-(const Variable& x) { return neg(x); }
Variable operator+(const Variable& a, At<Variable> b) {
  if (alone(a, b.value)) return a.tensor() + At<Tensor>(b.value.tensor(), b.where);
  return add_op(a, b.value, b.where);
}
Variable operator-(const Variable& a, At<Variable> b) {
  if (alone(a, b.value)) return a.tensor() - At<Tensor>(b.value.tensor(), b.where);
  return sub_op(a, b.value, b.where);
}
Variable operator*(const Variable& a, At<Variable> b) {
  if (alone(a, b.value)) return a.tensor() * At<Tensor>(b.value.tensor(), b.where);
  return mul_op(a, b.value, b.where);
}
Variable operator/(const Variable& a, At<Variable> b) { return div_op(a, b.value, b.where); }
Variable operator+(const Variable& a, AtNumber b) {
  return alone(a, b.value) ? Variable(a.tensor() + b) : add_op(a, b.value, b.where);
}
Variable operator-(const Variable& a, AtNumber b) {
  return alone(a, b.value) ? Variable(a.tensor() - b) : sub_op(a, b.value, b.where);
}
Variable operator*(const Variable& a, AtNumber b) {
  return alone(a, b.value) ? Variable(a.tensor() * b) : mul_op(a, b.value, b.where);
}
Variable operator/(const Variable& a, AtNumber b) { return div_op(a, b.value, b.where); }
Variable operator+(AtNumber a, AtExactly<Variable> b) {
  if (alone(b.value, a.value)) return a + AtExactly<Tensor>(b.value.tensor(), b.where);
  return add_op(a.value, b.value, b.where);
}
Variable operator-(AtNumber a, AtExactly<Variable> b) {
  if (alone(b.value, a.value)) return a - AtExactly<Tensor>(b.value.tensor(), b.where);
  return sub_op(a.value, b.value, b.where);
}
Variable operator*(AtNumber a, AtExactly<Variable> b) {
  if (alone(b.value, a.value)) return a * AtExactly<Tensor>(b.value.tensor(), b.where);
  return mul_op(a.value, b.value, b.where);
}
Variable operator/(AtNumber a, AtExactly<Variable> b) { return div_op(a.value, b.value, b.where); }

}  // namespace weft
