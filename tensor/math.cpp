#include <weft/tensor/accumulate.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/elementwise_ops.h>
#include <weft/tensor/integer.h>
#include <weft/tensor/math.h>

namespace weft {

Tensor neg(const Tensor& x, Where where) { return integer::alone(x) ? integer::neg(x, where) : neg_op(x, where); }
Tensor exp(const Tensor& x, Where where) { return exp_op(x, where); }
Tensor expm1(const Tensor& x, Where where) { return expm1_op(x, where); }
Tensor log(const Tensor& x, Where where) { return log_op(x, where); }
Tensor log1p(const Tensor& x, Where where) { return log1p_op(x, where); }
Tensor sqrt(const Tensor& x, Where where) { return sqrt_op(x, where); }
Tensor square(const Tensor& x, Where where) { return integer::alone(x) ? integer::square(x, where) : square_op(x, where); }
Tensor reciprocal(const Tensor& x, Where where) { return reciprocal_op(x, where); }
Tensor abs(const Tensor& x, Where where) { return integer::alone(x) ? integer::abs(x, where) : abs_op(x, where); }
Tensor sin(const Tensor& x, Where where) { return sin_op(x, where); }
Tensor cos(const Tensor& x, Where where) { return cos_op(x, where); }
Tensor erf(const Tensor& x, Where where) { return erf_op(x, where); }
Tensor tanh(const Tensor& x, Where where) { return tanh_op(x, where); }
Tensor sigmoid(const Tensor& x, Where where) { return sigmoid_op(x, where); }
Tensor relu(const Tensor& x, Where where) { return relu_op(x, where); }
Tensor leaky_relu(const Tensor& x, double slope, Where where) { return leaky_relu_op(x, slope, where); }
Tensor elu(const Tensor& x, double alpha, Where where) { return elu_op(x, alpha, where); }
Tensor gelu(const Tensor& x, Where where) { return gelu_op(x, where); }
Tensor silu(const Tensor& x, Where where) { return silu_op(x, where); }
Tensor softplus(const Tensor& x, Where where) { return softplus_op(x, where); }
Tensor clamp(const Tensor& x, double low, double high, Where where) {
  return integer::alone(x) ? integer::clamp(x, low, high, where) : clamp_op(x, low, high, where);
}
Tensor maximum(const Tensor& a, const Tensor& b, Where where) {
  return integer::alone(a, b) ? integer::maximum(a, b, where) : maximum_op(a, b, where);
}
Tensor maximum(const Tensor& a, double b, Where where) {
  return integer::alone(a) ? integer::maximum(a, integer::scalar("maximum", a, b, where), where) : maximum_op(a, b, where);
}
Tensor minimum(const Tensor& a, const Tensor& b, Where where) {
  return integer::alone(a, b) ? integer::minimum(a, b, where) : minimum_op(a, b, where);
}
Tensor minimum(const Tensor& a, double b, Where where) {
  return integer::alone(a) ? integer::minimum(a, integer::scalar("minimum", a, b, where), where) : minimum_op(a, b, where);
}
Tensor pow(const Tensor& x, const Tensor& exponent, Where where) { return pow_op(x, exponent, where); }
Tensor pow(const Tensor& x, double exponent, Where where) { return pow_op(x, exponent, where); }
Tensor pow(double base, const Tensor& exponent, Where where) { return pow_op(base, exponent, where); }
Tensor fma(const Tensor& a, const Tensor& b, const Tensor& c, Where where) { return fma_op(a, b, c, where); }
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b, Where line) {
  return integer::alone(a, b) ? integer::where(condition, a, b, line) : where_op(condition, a, b, line);
}
Tensor where(const Tensor& condition, const Tensor& a, double b, Where line) {
  if (integer::alone(a)) return integer::where(condition, a, integer::scalar("where", a, b, line), line);
  return where_op(condition, a, b, line);
}
Tensor where(const Tensor& condition, double a, const Tensor& b, Where line) {
  if (integer::alone(b)) return integer::where(condition, integer::scalar("where", b, a, line), b, line);
  return where_op(condition, a, b, line);
}

namespace {
using integer::alone;
Tensor number(const char* op, const Tensor& x, double value, Where where) { return integer::scalar(op, x, value, where); }
// Division is that of real numbers.
Tensor real(const Tensor& x) { return alone(x) ? cast(x, DType::f32) : x; }
}  // namespace

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
Tensor operator/(const Tensor& a, At<Tensor> b) {
  return alone(a, b.value) ? div_op(real(a), real(b.value), b.where) : div_op(a, b.value, b.where);
}
Tensor operator+(const Tensor& a, AtNumber b) {
  return alone(a) ? integer::add(a, number("add", a, b.value, b.where), b.where) : add_op(a, b.value, b.where);
}
Tensor operator-(const Tensor& a, AtNumber b) {
  return alone(a) ? integer::sub(a, number("sub", a, b.value, b.where), b.where) : sub_op(a, b.value, b.where);
}
Tensor operator*(const Tensor& a, AtNumber b) {
  return alone(a) ? integer::mul(a, number("mul", a, b.value, b.where), b.where) : mul_op(a, b.value, b.where);
}
Tensor operator/(const Tensor& a, AtNumber b) { return div_op(real(a), b.value, b.where); }
Tensor operator+(double a, AtExactly<Tensor> b) {
  return alone(b.value) ? integer::add(number("add", b.value, a, b.where), b.value, b.where) : add_op(a, b.value, b.where);
}
Tensor operator-(double a, AtExactly<Tensor> b) {
  return alone(b.value) ? integer::sub(number("sub", b.value, a, b.where), b.value, b.where) : sub_op(a, b.value, b.where);
}
Tensor operator*(double a, AtExactly<Tensor> b) {
  return alone(b.value) ? integer::mul(number("mul", b.value, a, b.where), b.value, b.where) : mul_op(a, b.value, b.where);
}
Tensor operator/(double a, AtExactly<Tensor> b) { return div_op(a, real(b.value), b.where); }

void add_to(Tensor& to, const Tensor& x, Where where) {
  const Operand operands[] = {to, x};
  elementwise_update(add_op.call(), where, operands, std::span(&to, 1));
}

}  // namespace weft
