// Trace: a value type that records which inputs a number was computed from. Running a formula on Dual<Trace> tells which inputs
// its gradient needs, and so which must be saved.
#pragma once

#include <concepts>
#include <type_traits>

namespace weft {

struct Trace {
  unsigned uses = 0;  // bit i: needs the value of input i
  bool one = false;   // the constant 1, which as a factor needs nothing

  constexpr Trace() = default;
  constexpr Trace(unsigned uses, bool one) : uses(uses), one(one) {}
  template <class N>
  requires std::is_arithmetic_v<N>
  constexpr explicit Trace(N number) : one(number == N(1)) {}

  friend constexpr Trace join(Trace a, Trace b) { return {a.uses | b.uses, false}; }
  friend constexpr Trace operator+(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator-(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator*(Trace a, Trace b) { return a.one ? b : b.one ? a : join(a, b); }
  friend constexpr Trace operator/(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator-(Trace a) { return {a.uses, false}; }
  friend constexpr Trace operator<(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator<=(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator>(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator>=(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator==(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator!=(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator&&(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator||(Trace a, Trace b) { return join(a, b); }
  friend constexpr Trace operator!(Trace a) { return {a.uses, false}; }
  friend constexpr Trace where(Trace condition, Trace a, Trace b) { return join(condition, join(a, b)); }
  friend constexpr Trace exp(Trace x) { return -x; }
  friend constexpr Trace expm1(Trace x) { return -x; }
  friend constexpr Trace log(Trace x) { return -x; }
  friend constexpr Trace log1p(Trace x) { return -x; }
  friend constexpr Trace sqrt(Trace x) { return -x; }
  friend constexpr Trace tanh(Trace x) { return -x; }
  friend constexpr Trace sigmoid(Trace x) { return -x; }
  friend constexpr Trace quick_tanh(Trace x) { return -x; }
  friend constexpr Trace quick_sigmoid(Trace x) { return -x; }
  friend constexpr Trace softplus(Trace x) { return -x; }
  friend constexpr Trace silu(Trace x) { return -x; }
  friend constexpr Trace gelu(Trace x) { return -x; }
  friend constexpr Trace erf(Trace x) { return -x; }
  friend constexpr Trace normal_cdf(Trace x) { return -x; }
  friend constexpr Trace normal_pdf(Trace x) { return -x; }
  friend constexpr Trace tanh_slope(Trace x) { return -x; }
  friend constexpr Trace sigmoid_slope(Trace x, Trace) { return -x; }
  friend constexpr Trace silu_slope(Trace x) { return -x; }
  friend constexpr Trace gelu_slope(Trace x) { return -x; }
  friend constexpr Trace normal_pdf_slope(Trace x) { return -x; }
  friend constexpr Trace erf_slope(Trace x) { return -x; }
  friend constexpr Trace sin(Trace x) { return -x; }
  friend constexpr Trace cos(Trace x) { return -x; }
  friend constexpr Trace tan(Trace x) { return -x; }
  friend constexpr Trace asin(Trace x) { return -x; }
  friend constexpr Trace acos(Trace x) { return -x; }
  friend constexpr Trace atan(Trace x) { return -x; }
  friend constexpr Trace sinh(Trace x) { return -x; }
  friend constexpr Trace cosh(Trace x) { return -x; }
  friend constexpr Trace asinh(Trace x) { return -x; }
  friend constexpr Trace acosh(Trace x) { return -x; }
  friend constexpr Trace atanh(Trace x) { return -x; }
  friend constexpr Trace log2(Trace x) { return -x; }
  friend constexpr Trace log10(Trace x) { return -x; }
  friend constexpr Trace exp2(Trace x) { return -x; }
  friend constexpr Trace floor(Trace x) { return -x; }
  friend constexpr Trace ceil(Trace x) { return -x; }
  friend constexpr Trace trunc(Trace x) { return -x; }
  friend constexpr Trace round(Trace x) { return -x; }
  friend constexpr Trace atan2(Trace y, Trace x) { return join(y, x); }
  friend constexpr Trace abs(Trace x) { return -x; }
  friend constexpr Trace pow(Trace x, Trace y) { return join(x, y); }
  friend constexpr Trace fma(Trace a, Trace b, Trace c) { return join(a, join(b, c)); }
};

}  // namespace weft
