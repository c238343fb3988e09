// Derivatives of trigonometric and hyperbolic functions, logarithms to other bases, and rounding. Included by dual.h.
#pragma once

#include <weft/tensor/elementwise/dual.h>

#include <numbers>

namespace weft {

template <class V, unsigned A>
auto tan(const Dual<V, A>& a) {
  const V y = tan(a.value);
  return chain(y, a, V(V(1) + y * y));
}
template <class V, unsigned A>
auto asin(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(asin(x)), a, V(V(1) / sqrt(V((V(1) - x) * (V(1) + x)))));
}
template <class V, unsigned A>
auto acos(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(acos(x)), a, V(V(-1) / sqrt(V((V(1) - x) * (V(1) + x)))));
}
template <class V, unsigned A>
auto atan(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(atan(x)), a, V(V(1) / (V(1) + x * x)));
}
template <class V, unsigned A>
auto sinh(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(sinh(x)), a, V(cosh(x)));
}
template <class V, unsigned A>
auto cosh(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(cosh(x)), a, V(sinh(x)));
}
template <class V, unsigned A>
auto asinh(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(asinh(x)), a, V(V(1) / sqrt(V(x * x + V(1)))));
}
template <class V, unsigned A>
auto acosh(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(acosh(x)), a, V(V(1) / sqrt(V((x - V(1)) * (x + V(1))))));
}
template <class V, unsigned A>
auto atanh(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(atanh(x)), a, V(V(1) / ((V(1) - x) * (V(1) + x))));
}
template <class V, unsigned A>
auto log2(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(log2(x)), a, V(V(1 / std::numbers::ln2) / x));
}
template <class V, unsigned A>
auto log10(const Dual<V, A>& a) {
  const V& x = a.value;
  return chain(V(log10(x)), a, V(V(1 / std::numbers::ln10) / x));
}
template <class V, unsigned A>
auto exp2(const Dual<V, A>& a) {
  const V y = exp2(a.value);
  return chain(y, a, V(y * V(std::numbers::ln2)));
}
// d/dy = x / (x^2 + y^2), d/dx = -y / (x^2 + y^2).
template <class V, unsigned A, unsigned B>
auto atan2(const Dual<V, A>& y, const Dual<V, B>& x) {
  const V square = x.value * x.value + y.value * y.value;
  return combine(
      V(atan2(y.value, x.value)), y, x, [&](const V& d) { return V(x.value / square * d); },
      [&](const V& d) { return V(-y.value / square * d); });
}

// Steps: the slope is 0 everywhere.
template <class V, unsigned A>
auto floor(const Dual<V, A>& a) {
  return chain(V(floor(a.value)), a, V(0));
}
template <class V, unsigned A>
auto ceil(const Dual<V, A>& a) {
  return chain(V(ceil(a.value)), a, V(0));
}
template <class V, unsigned A>
auto trunc(const Dual<V, A>& a) {
  return chain(V(trunc(a.value)), a, V(0));
}
template <class V, unsigned A>
auto round(const Dual<V, A>& a) {
  return chain(V(round(a.value)), a, V(0));
}

}  // namespace weft
