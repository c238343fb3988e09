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
Vec<T, Set> sinh(Vec<T, Set> x) {
  return xsimd::sinh(x.lanes);
}
template <class T, class Set>
Vec<T, Set> cosh(Vec<T, Set> x) {
  return xsimd::cosh(x.lanes);
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
template <class T, class Set>
Vec<T, Set> exp2(Vec<T, Set> x) {
  return xsimd::exp2(x.lanes);
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
  const auto bounded = [&](V v) { return where(both, where(v > V(0), V(1), V(-1)), v); };
  return xsimd::atan2(bounded(y).lanes, bounded(x).lanes);
}

// Rounding. xsimd 8.1 loses the sign of -0 on the baseline set; no result has another sign than x.
template <class T, class Set>
Vec<T, Set> with_sign_of(Vec<T, Set> x, Vec<T, Set> rounded) {
  using Register = typename Vec<T, Set>::Register;
  return rounded.lanes | (x.lanes & Register(T(-0.0)));
}
template <class T, class Set>
Vec<T, Set> floor(Vec<T, Set> x) {
  return with_sign_of<T, Set>(x, xsimd::floor(x.lanes));
}
template <class T, class Set>
Vec<T, Set> ceil(Vec<T, Set> x) {
  return with_sign_of<T, Set>(x, xsimd::ceil(x.lanes));
}
template <class T, class Set>
Vec<T, Set> trunc(Vec<T, Set> x) {
  return with_sign_of<T, Set>(x, xsimd::trunc(x.lanes));
}
// To the nearest whole number; halves go to the even one.
template <class T, class Set>
Vec<T, Set> round(Vec<T, Set> x) {
  return with_sign_of<T, Set>(x, xsimd::nearbyint(x.lanes));
}

}  // namespace weft::simd
