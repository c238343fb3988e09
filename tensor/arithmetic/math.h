// Elementwise functions of tensors. Arguments broadcast; each function allocates its result. The formulas are in
// elementwise/detail/*_ops.h. Throws ShapeError if the shapes do not broadcast.
//
// Dtypes follow docs/promotion.md: the wider of two, and the floating one beside an integer. With integer arguments only, + - *,
// neg, abs, square, relu, maximum, minimum, clamp, fma, where, and pow with non-negative exponents return integers that wrap
// around; / and all other functions return f32. A whole number takes the dtype of the tensor
// beside it, which must be able to hold it (otherwise DtypeError is thrown); a fraction beside integers gives f32. Numbers are
// doubles: an integer beyond 2^53 that no double represents is a ValueError.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

Tensor neg(const Tensor& x, Where caller = Where::here());
Tensor exp(const Tensor& x, Where caller = Where::here());
Tensor expm1(const Tensor& x, Where caller = Where::here());
Tensor log(const Tensor& x, Where caller = Where::here());
Tensor log1p(const Tensor& x, Where caller = Where::here());
Tensor sqrt(const Tensor& x, Where caller = Where::here());
Tensor square(const Tensor& x, Where caller = Where::here());
Tensor reciprocal(const Tensor& x, Where caller = Where::here());
Tensor abs(const Tensor& x, Where caller = Where::here());
Tensor sin(const Tensor& x, Where caller = Where::here());
Tensor cos(const Tensor& x, Where caller = Where::here());
Tensor erf(const Tensor& x, Where caller = Where::here());
// P(X <= x) for a standard normal X, and its density exp(-x^2 / 2) / sqrt(2 pi).
Tensor normal_cdf(const Tensor& x, Where caller = Where::here());
Tensor normal_pdf(const Tensor& x, Where caller = Where::here());
Tensor tanh(const Tensor& x, Where caller = Where::here());
Tensor sigmoid(const Tensor& x, Where caller = Where::here());
Tensor relu(const Tensor& x, Where caller = Where::here());
// x for x > 0, otherwise slope x.
Tensor leaky_relu(const Tensor& x, double slope = 0.01, Where caller = Where::here());
// x for x > 0, otherwise alpha (exp(x) - 1).
Tensor elu(const Tensor& x, double alpha = 1, Where caller = Where::here());
// x P(X <= x) for a standard normal X: 0.5 x (1 + erf(x / sqrt 2)). Hendrycks & Gimpel 2016.
Tensor gelu(const Tensor& x, Where caller = Where::here());
// x sigmoid(x), also called swish.
Tensor silu(const Tensor& x, Where caller = Where::here());
// log(1 + exp(x)).
Tensor softplus(const Tensor& x, Where caller = Where::here());
// min(max(x, low), high).
Tensor clamp(const Tensor& x, AtNumber low, AtNumber high, Where caller = Where::here());

// The larger (smaller) of each pair; NaN stays NaN.
Tensor maximum(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor maximum(const Tensor& a, AtNumber b, Where caller = Where::here());
Tensor minimum(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor minimum(const Tensor& a, AtNumber b, Where caller = Where::here());
Tensor pow(const Tensor& x, const Tensor& exponent, Where caller = Where::here());
Tensor pow(const Tensor& x, AtNumber exponent, Where caller = Where::here());
Tensor pow(AtNumber base, const Tensor& exponent, Where caller = Where::here());
// a b + c, rounded once if the processor supports it.
Tensor fma(const Tensor& a, const Tensor& b, const Tensor& c, Where caller = Where::here());

// a where the condition (bool, or integers that are not 0) is true, otherwise b. Throws DtypeError for a floating condition.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor where(const Tensor& condition, const Tensor& a, AtNumber b, Where caller = Where::here());
Tensor where(const Tensor& condition, AtNumber a, const Tensor& b, Where caller = Where::here());

Tensor operator-(const Tensor& x);
Tensor operator+(const Tensor& a, At<Tensor> b);
Tensor operator-(const Tensor& a, At<Tensor> b);
Tensor operator*(const Tensor& a, At<Tensor> b);
Tensor operator/(const Tensor& a, At<Tensor> b);
Tensor operator+(const Tensor& a, AtNumber b);
Tensor operator-(const Tensor& a, AtNumber b);
Tensor operator*(const Tensor& a, AtNumber b);
Tensor operator/(const Tensor& a, AtNumber b);
Tensor operator+(AtNumber a, AtExactly<Tensor> b);
Tensor operator-(AtNumber a, AtExactly<Tensor> b);
Tensor operator*(AtNumber a, AtExactly<Tensor> b);
Tensor operator/(AtNumber a, AtExactly<Tensor> b);

}  // namespace weft
