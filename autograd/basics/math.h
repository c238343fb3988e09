// Elementwise functions of Variables: those of tensor/arithmetic/math.h, recorded in the graph. Integer results are constants.
#pragma once

#include <weft/autograd/basics/logical.h>
#include <weft/tensor/arithmetic/math.h>

namespace weft {

Variable neg(const Variable& x, Where caller = Where::here());
Variable exp(const Variable& x, Where caller = Where::here());
Variable expm1(const Variable& x, Where caller = Where::here());
Variable log(const Variable& x, Where caller = Where::here());
Variable log1p(const Variable& x, Where caller = Where::here());
Variable sqrt(const Variable& x, Where caller = Where::here());
Variable square(const Variable& x, Where caller = Where::here());
Variable reciprocal(const Variable& x, Where caller = Where::here());
Variable abs(const Variable& x, Where caller = Where::here());
Variable sin(const Variable& x, Where caller = Where::here());
Variable cos(const Variable& x, Where caller = Where::here());
Variable erf(const Variable& x, Where caller = Where::here());
// P(X <= x) for a standard normal X, and its density exp(-x^2 / 2) / sqrt(2 pi).
Variable normal_cdf(const Variable& x, Where caller = Where::here());
Variable normal_pdf(const Variable& x, Where caller = Where::here());
Variable tanh(const Variable& x, Where caller = Where::here());
Variable sigmoid(const Variable& x, Where caller = Where::here());
Variable relu(const Variable& x, Where caller = Where::here());
// x for x > 0, otherwise slope x.
Variable leaky_relu(const Variable& x, double slope = 0.01, Where caller = Where::here());
// x for x > 0, otherwise alpha (exp(x) - 1).
Variable elu(const Variable& x, double alpha = 1, Where caller = Where::here());
// x P(X <= x) for a standard normal X: 0.5 x (1 + erf(x / sqrt 2)). Hendrycks & Gimpel 2016.
Variable gelu(const Variable& x, Where caller = Where::here());
// x sigmoid(x), also called swish.
Variable silu(const Variable& x, Where caller = Where::here());
// log(1 + exp(x)).
Variable softplus(const Variable& x, Where caller = Where::here());
// min(max(x, low), high).
Variable clamp(const Variable& x, AtNumber low, AtNumber high, Where caller = Where::here());

// The larger (smaller) of each pair; NaN stays NaN.
Variable maximum(const Variable& a, const Variable& b, Where caller = Where::here());
Variable maximum(const Variable& a, AtNumber b, Where caller = Where::here());
Variable minimum(const Variable& a, const Variable& b, Where caller = Where::here());
Variable minimum(const Variable& a, AtNumber b, Where caller = Where::here());
Variable pow(const Variable& x, const Variable& exponent, Where caller = Where::here());
Variable pow(const Variable& x, AtNumber exponent, Where caller = Where::here());
Variable pow(AtNumber base, const Variable& exponent, Where caller = Where::here());
// a b + c, rounded once if the processor supports it.
Variable fma(const Variable& a, const Variable& b, const Variable& c, Where caller = Where::here());

// a where the condition (bool, or integers that are not 0) is true, otherwise b. Throws DtypeError for a floating condition.
Variable where(const Tensor& condition, const Variable& a, const Variable& b, Where caller = Where::here());
Variable where(const Tensor& condition, const Variable& a, AtNumber b, Where caller = Where::here());
Variable where(const Tensor& condition, AtNumber a, const Variable& b, Where caller = Where::here());

Variable operator-(const Variable& x);
Variable operator+(const Variable& a, At<Variable> b);
Variable operator-(const Variable& a, At<Variable> b);
Variable operator*(const Variable& a, At<Variable> b);
Variable operator/(const Variable& a, At<Variable> b);
Variable operator+(const Variable& a, AtNumber b);
Variable operator-(const Variable& a, AtNumber b);
Variable operator*(const Variable& a, AtNumber b);
Variable operator/(const Variable& a, AtNumber b);
Variable operator+(AtNumber a, AtExactly<Variable> b);
Variable operator-(AtNumber a, AtExactly<Variable> b);
Variable operator*(AtNumber a, AtExactly<Variable> b);
Variable operator/(AtNumber a, AtExactly<Variable> b);

}  // namespace weft
