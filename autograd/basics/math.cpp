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

Variable neg(const Variable& x, Where caller) { return alone(x) ? Variable(neg(x.tensor(), caller)) : neg_op(x, caller); }
Variable maximum(const Variable& a, const Variable& b, Where caller) {
  return alone(a, b) ? Variable(maximum(a.tensor(), b.tensor(), caller)) : maximum_op(a, b, caller);
}
Variable maximum(const Variable& a, AtNumber b, Where caller) {
  return alone(a, b.value) ? Variable(maximum(a.tensor(), b.value, caller)) : maximum_op(a, b.value, caller);
}
Variable minimum(const Variable& a, const Variable& b, Where caller) {
  return alone(a, b) ? Variable(minimum(a.tensor(), b.tensor(), caller)) : minimum_op(a, b, caller);
}
Variable minimum(const Variable& a, AtNumber b, Where caller) {
  return alone(a, b.value) ? Variable(minimum(a.tensor(), b.value, caller)) : minimum_op(a, b.value, caller);
}
Variable pow(const Variable& x, const Variable& exponent, Where caller) {
  return alone(x, exponent) ? Variable(pow(x.tensor(), exponent.tensor(), caller)) : pow_op(x, exponent, caller);
}
Variable pow(const Variable& x, AtNumber exponent, Where caller) {
  return alone(x, exponent.value) ? Variable(pow(x.tensor(), exponent.value, caller)) : pow_op(x, exponent.value, caller);
}
Variable pow(AtNumber base, const Variable& exponent, Where caller) {
  return alone(exponent, base.value) ? Variable(pow(base.value, exponent.tensor(), caller))
                                     : pow_op(base.value, exponent, caller);
}
Variable fma(const Variable& a, const Variable& b, const Variable& c, Where caller) {
  if (alone(a, b) && alone(c)) return fma(a.tensor(), b.tensor(), c.tensor(), caller);
  return fma_op(a, b, c, caller);
}

namespace {

struct WhereRule {
  static ExampleLayout examples(const ExampleFlow& flow) { return examples::SameOrder{.linear = true}(flow); }
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

Variable record_where(const Tensor& condition, Variable a, Variable b, const Tensor& result, Where caller) {
  for (Variable* x : {&a, &b})
    if (x->defined()) detail::promote_argument(*x, result, caller);
  return record("where", caller, {condition, a, b}, result, {.inputs = 0b1}, WhereRule());
}

}  // namespace

Variable where(const Tensor& condition, const Variable& a, const Variable& b, Where caller) {
  return record_where(condition, a, b, where(condition, a.tensor(), b.tensor(), caller), caller);
}
Variable where(const Tensor& condition, const Variable& a, AtNumber b, Where caller) {
  return record_where(condition, a, Variable(), where(condition, a.tensor(), b.value, caller), caller);
}
Variable where(const Tensor& condition, AtNumber a, const Variable& b, Where caller) {
  return record_where(condition, Variable(), b, where(condition, a.value, b.tensor(), caller), caller);
}

Variable operator-(const Variable& x) { return neg(x); }
Variable operator+(const Variable& a, At<Variable> b) {
  if (alone(a, b.value)) return a.tensor() + At<Tensor>(b.value.tensor(), b.caller);
  return add_op(a, b.value, b.caller);
}
Variable operator-(const Variable& a, At<Variable> b) {
  if (alone(a, b.value)) return a.tensor() - At<Tensor>(b.value.tensor(), b.caller);
  return sub_op(a, b.value, b.caller);
}
Variable operator*(const Variable& a, At<Variable> b) {
  if (alone(a, b.value)) return a.tensor() * At<Tensor>(b.value.tensor(), b.caller);
  return mul_op(a, b.value, b.caller);
}
Variable operator/(const Variable& a, At<Variable> b) { return div_op(a, b.value, b.caller); }
Variable operator+(const Variable& a, AtNumber b) {
  return alone(a, b.value) ? Variable(a.tensor() + b) : add_op(a, b.value, b.caller);
}
Variable operator-(const Variable& a, AtNumber b) {
  return alone(a, b.value) ? Variable(a.tensor() - b) : sub_op(a, b.value, b.caller);
}
Variable operator*(const Variable& a, AtNumber b) {
  return alone(a, b.value) ? Variable(a.tensor() * b) : mul_op(a, b.value, b.caller);
}
Variable operator/(const Variable& a, AtNumber b) { return div_op(a, b.value, b.caller); }
Variable operator+(AtNumber a, AtExactly<Variable> b) {
  if (alone(b.value, a.value)) return a + AtExactly<Tensor>(b.value.tensor(), b.caller);
  return add_op(a.value, b.value, b.caller);
}
Variable operator-(AtNumber a, AtExactly<Variable> b) {
  if (alone(b.value, a.value)) return a - AtExactly<Tensor>(b.value.tensor(), b.caller);
  return sub_op(a.value, b.value, b.caller);
}
Variable operator*(AtNumber a, AtExactly<Variable> b) {
  if (alone(b.value, a.value)) return a * AtExactly<Tensor>(b.value.tensor(), b.caller);
  return mul_op(a.value, b.value, b.caller);
}
Variable operator/(AtNumber a, AtExactly<Variable> b) { return div_op(a.value, b.value, b.caller); }

}  // namespace weft
