// Functions of registers that xsimd computes within 4 units in the last place, and rounding. Only for simd.h.
#pragma once

namespace weft::simd {

template <class T, class Set>
Vec<T, Set> tan(Vec<T, Set> x) {
  return xsimd::tan(x.lanes);
}
template <class T, class Set>
Vec<T, Set> asin(Vec<T, Set> x) {
  return xsimd::asin(x.lanes);
}
template <class T, class Set>
Vec<T, Set> acos(Vec<T, Set> x) {
  return xsimd::acos(x.lanes);
}
template <class T, class Set>
Vec<T, Set> atan(Vec<T, Set> x) {
  return xsimd::atan(x.lanes);
}
template <class T, class Set>
Vec<T, Set> asinh(Vec<T, Set> x) {
  return xsimd::asinh(x.lanes);
}
template <class T, class Set>
Vec<T, Set> atanh(Vec<T, Set> x) {
  return xsimd::atanh(x.lanes);
}
template <class T, class Set>
Vec<T, Set> log2(Vec<T, Set> x) {
  return xsimd::log2(x.lanes);
}
template <class T, class Set>
Vec<T, Set> log10(Vec<T, Set> x) {
  return xsimd::log10(x.lanes);
}
// Calls f within +-2000, where its function has long reached its limits: xsimd 8.1 converts the exponents of larger numbers, and
// NaN, to integers that cannot hold them. NaN stays NaN.
template <class T, class Set, class F>
Vec<T, Set> bounded(Vec<T, Set> x, F f) {
  using V = Vec<T, Set>;
  const auto number = x == x;
  return where(number, f(where(number, minimum(maximum(x, V(-2000)), V(2000)), V(0)).lanes), x);
}
template <class T, class Set>
Vec<T, Set> sinh(Vec<T, Set> x) {
  return bounded(x, [](auto lanes) { return Vec<T, Set>(xsimd::sinh(lanes)); });
}
template <class T, class Set>
Vec<T, Set> cosh(Vec<T, Set> x) {
  return bounded(x, [](auto lanes) { return Vec<T, Set>(xsimd::cosh(lanes)); });
}
template <class T, class Set>
Vec<T, Set> exp2(Vec<T, Set> x) {
  return bounded(x, [](auto lanes) { return Vec<T, Set>(xsimd::exp2(lanes)); });
}
// xsimd 8.1 gives inf or 0 for large negative numbers.
template <class T, class Set>
Vec<T, Set> acosh(Vec<T, Set> x) {
  const Vec<T, Set> y = xsimd::acosh(x.lanes);
  return where(x < Vec<T, Set>(1), Vec<T, Set>(std::numeric_limits<T>::quiet_NaN()), y);
}
// xsimd divides y by x, which is NaN for two infinities: the angle is that of their signs.
template <class T, class Set>
Vec<T, Set> atan2(Vec<T, Set> y, Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const V infinity(std::numeric_limits<T>::infinity());
  const auto both = abs(x) == infinity && abs(y) == infinity;
  const auto sign_if_both = [&](V v) { return where(both, where(v > V(0), V(1), V(-1)), v); };
  return xsimd::atan2(sign_if_both(y).lanes, sign_if_both(x).lanes);
}

// Rounds x by f. Numbers from 2^23 (2^52 in f64) on are whole; xsimd 8.1 would convert them to integers that cannot hold them on
// the baseline set, where it also loses the sign of -0. No result has another sign than x.
template <class T, class Set, class F>
Vec<T, Set> rounded(Vec<T, Set> x, F f) {
  using V = Vec<T, Set>;
  const auto has_fraction = abs(x) < V(1 / std::numeric_limits<T>::epsilon());
  const V whole = f(where(has_fraction, x, V(0)).lanes);
  const V with_sign = whole.lanes | (x.lanes & typename V::Register(T(-0.0)));
  return where(has_fraction, with_sign, x);
}
template <class T, class Set>
Vec<T, Set> floor(Vec<T, Set> x) {
  return rounded(x, [](auto lanes) { return xsimd::floor(lanes); });
}
template <class T, class Set>
Vec<T, Set> ceil(Vec<T, Set> x) {
  return rounded(x, [](auto lanes) { return xsimd::ceil(lanes); });
}
template <class T, class Set>
Vec<T, Set> trunc(Vec<T, Set> x) {
  return rounded(x, [](auto lanes) { return xsimd::trunc(lanes); });
}
// To the nearest whole number; halves go to the even one.
template <class T, class Set>
Vec<T, Set> round(Vec<T, Set> x) {
  return rounded(x, [](auto lanes) { return xsimd::nearbyint(lanes); });
}

}  // namespace weft::simd
