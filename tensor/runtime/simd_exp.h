// exp and functions based on it, on registers of any set. Only for simd.h.
//
// x = power ln 2 + r with |r| <= ln 2 / 2, and e^x = 2^power (1 + rest). Error bounds: docs/accuracy.md.
#pragma once

namespace weft::simd {

// first + x (second + x (...)).
template <class V>
[[gnu::always_inline]] inline V polynomial(V, double constant) {
  return V(constant);
}
template <class V, class... Numbers>
[[gnu::always_inline]] inline V polynomial(V x, double first, Numbers... rest) {
  return fma(polynomial(x, rest...), x, V(first));
}

template <class T>
using WholeNumber = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
template <class T>
constexpr int kMantissa = std::numeric_limits<T>::digits - 1;
// Adding this number and subtracting it again rounds small numbers to whole ones, which are in the last bits of the sum in
// between.
template <class T>
constexpr T kShift = T(3) * (WholeNumber<T>(1) << (kMantissa<T> - 1));

template <class T, class Set>
[[gnu::always_inline]] inline auto to_bits(Vec<T, Set> x) {
  Lanes<WholeNumber<T>, Vec<T, Set>::size> bits;
  std::memcpy(&bits, &x.lanes, sizeof bits);
  return bits;
}
template <class V, class Bits>
[[gnu::always_inline]] inline V from_bits(Bits bits) {
  V x;
  std::memcpy(&x.lanes, &bits, sizeof bits);
  return x;
}
// The bits that are set in at least one of the two.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> either(Vec<T, Set> a, Vec<T, Set> b) {
  return a.lanes | b.lanes;
}
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> sign_of(Vec<T, Set> x) {
  return x.lanes & Vec<T, Set>(T(-0.0)).lanes;
}
// Clamps x to [low, high]; NaN stays NaN.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> bounded(Vec<T, Set> x, double low, double high) {
  return larger_number(Vec<T, Set>(low), smaller_number(Vec<T, Set>(high), x));
}

// 2^power for whole powers whose result is normal.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> power_of_2(Vec<T, Set> power) {
  const auto exponent = to_bits(power + Vec<T, Set>(kShift<T>)) << kMantissa<T>;
  return from_bits<Vec<T, Set>>(exponent + to_bits(Vec<T, Set>(1)));
}
// x 2^power, for |power| below twice the largest exponent: in two steps, because 2^power alone may over- or underflow.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> scale(Vec<T, Set> x, Vec<T, Set> power) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>)
    return typename Vec<T, Set>::Register(_mm512_scalef_ps(x.lanes, power.lanes));
  else
    return typename Vec<T, Set>::Register(_mm512_scalef_pd(x.lanes, power.lanes));
#else
  const Vec<T, Set> shift(kShift<T>), half = fma(power, Vec<T, Set>(0.5), shift) - shift;
  return x * power_of_2(half) * power_of_2(power - half);
#endif
}

template <class V>
struct Split {
  V power, rest;
};

// q(r) in e^r - 1 = r + r^2 q(r), fitted at Chebyshev points.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> exp_series(Vec<T, Set> r) {
  if constexpr (std::is_same_v<T, float>)
    return polynomial(r, 4.999999815e-1, 1.666654362e-1, 4.166719986e-2, 8.366520579e-3, 1.388252149e-3);
  else
    return polynomial(r, 0.5, 0.16666666666666671438, 0.041666666666666670074, 0.0083333333333255446996, 0.0013888888888883326674,
                      0.00019841269876864354929, 0.000024801587327007186731, 2.7557252833516909748e-6, 2.7557271810219799569e-7,
                      2.5106274733573294688e-8, 2.0915442297780115217e-9);
}

// ln 2 in two parts; the first has so few bits that its product with `power` is exact.
template <class T>
constexpr double kLn2First = std::is_same_v<T, float> ? 0.693359375 : 6.93147180369123816490e-01;
template <class T>
constexpr double kLn2Second = std::is_same_v<T, float> ? -2.12194440e-4 : 1.90821492927058770002e-10;

template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> power_in_exp(Vec<T, Set> x) {
  const Vec<T, Set> shift(kShift<T>);
  return fma(x, Vec<T, Set>(1.4426950408889634), shift) - shift;
}
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> rest_of_exp(Vec<T, Set> r) {
  return fma(exp_series(r) * r, r, r);
}

// The range of arguments: from well below the lowest x whose exponential is not 0, so that a product with it is 0 too, to one
// that overflows.
template <class T>
constexpr double kLowestInExp = std::is_same_v<T, float> ? -170 : -1400;
template <class T>
constexpr double kHighestInExp = std::is_same_v<T, float> ? 89 : 710;

// For x <= 0 or NaN.
template <class T, class Set>
[[gnu::always_inline]] inline Split<Vec<T, Set>> split_exp_below_0(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const V kept = larger_number(V(kLowestInExp<T>), x), power = power_in_exp(kept);
  return {power, rest_of_exp(fma(power, V(-kLn2Second<T>), fma(power, V(-kLn2First<T>), kept)))};
}
template <class T, class Set>
[[gnu::always_inline]] inline Split<Vec<T, Set>> split_exp(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const V kept = bounded(x, kLowestInExp<T>, kHighestInExp<T>), power = power_in_exp(kept);
  return {power, rest_of_exp(fma(power, V(-kLn2Second<T>), fma(power, V(-kLn2First<T>), kept)))};
}
template <class V>
[[gnu::always_inline]] inline V whole_exp(Split<V> split) {
  return scale(split.rest + V(1), split.power);
}
// (e^x - 1) / 2 from the parts of e^x; halved so that 2^power does not overflow.
template <class V>
[[gnu::always_inline]] inline V half_expm1(Split<V> split) {
  const V power = power_of_2(larger_number(V(-100), split.power - V(1)));
  return fma(split.rest, power, power - V(0.5));
}

// factor e^x, which is denormal only if the product is.
template <class V>
[[gnu::always_inline]] inline V times_exp(V factor, Split<V> split) {
  return scale(fma(factor, split.rest, factor), split.power);
}

template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> exp_of(Vec<T, Set> x) {
#if !defined(__AVX512F__)
  // Without scalef: if no result is near the ends of the range, the power is added to the exponent's bits.
  using V = Vec<T, Set>;
  if (xsimd::all((abs(x) < V(std::is_same_v<T, float> ? 87 : 708)).lanes)) [[likely]] {
    const V shift(kShift<T>), shifted = fma(x, V(1.4426950408889634), shift), power = shifted - shift;
    const V rest = rest_of_exp(fma(power, V(-kLn2Second<T>), fma(power, V(-kLn2First<T>), x)));
    return from_bits<V>(to_bits(rest + V(1)) + (to_bits(shifted) << kMantissa<T>));
  }
#endif
  return whole_exp(split_exp(x));
}
// exp(-|x|), in parts.
template <class T, class Set>
[[gnu::always_inline]] inline Split<Vec<T, Set>> split_decay(Vec<T, Set> x) {
  return split_exp_below_0(either(x, Vec<T, Set>(T(-0.0))));
}
// Near 0 the result is not computed from halves, which may be denormal.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> expm1_of(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const Split<V> split = split_exp(x);
  const V half = half_expm1(split);
  return either(where(split.power == V(0), split.rest, half + half), sign_of(x));
}

// With e = exp(-|x|), and b = 1 or, for negative x, b = e: b / (1 + e) = b - b e / (1 + e), the form least sensitive to rounding.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> sigmoid_of(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const Split<V> split = split_decay(x);
  const V e = whole_exp(split), b = where(x < V(0), e, V(1)), sum = e + V(1), inverse = V(1) / sum;
#if defined(__x86_64__) && !defined(__FMA__)
  // Without FMA there are too many roundings. Those of the sums are exact as differences, and are added back.
  const V lost_by_e = scale(split.rest - ((split.rest + V(1)) - V(1)), split.power), lost_by_sum = e - (sum - V(1));
  const V quotient = b / sum;
  return quotient + (where(x < V(0), lost_by_e * inverse, V(0)) - quotient * lost_by_sum) * inverse;
#else
  return fma(b * e, -inverse, b);
#endif
}
// With y = sigmoid(x): y (1 - y), where 1 - y is computed as e y for positive x.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> sigmoid_slope(Vec<T, Set> x, Vec<T, Set> y) {
  using V = Vec<T, Set>;
  const V e = whole_exp(split_decay(x));
  return y * where(x < V(0), V(1) - y, e * y);
}

// (tanh(x) / x - 1) / x^2 as a function of x^2, for |x| up to 0.6. Fitted at Chebyshev points.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> tanh_series(Vec<T, Set> square) {
  if constexpr (std::is_same_v<T, float>)
    return polynomial(square, -0.33333333214272030837, 0.13333310116393715197, -0.053960854432047461492, 0.021782246688200040313,
                      -0.008388773671784781884, 0.0023449312211760241947);
  else
    return polynomial(square, -0.33333333333333333118, 0.13333333333333165307, -0.053968253968036933448, 0.021869488525152094234,
                      -0.0088632352409746697491, 0.0035921235456702089415, -0.0014557899393799207945, 0.00058973596227576452263,
                      -0.00023784075053344170652, 0.00009308573387290733603, -0.000031798148201722495121,
                      6.7837480773222248706e-6);
}
// x + x^3 (...) near 0; otherwise, with e = exp(-2 |x|), 1 - 2 e / (1 + e) with the sign of x.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> tanh_of(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const V e = whole_exp(split_decay(x + x)), far = fma(e + e, V(-1) / (e + V(1)), V(1));
  const V square = x * x, near = fma(tanh_series(square) * square, x, x);
  return where(square < V(0.36), near, either(far, sign_of(x)));
}
// 4 e / (1 + e)^2.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> tanh_slope(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const Split<V> split = split_decay(x + x);
  const V inverse = V(-1) / (whole_exp(split) + V(1));
  return times_exp(V(4), split) * (inverse * inverse);
}
// tanh and sigmoid for kernels that do little else, within 2.3 units in the last place for normal results. With e = exp(2 |x|) -
// 1, tanh is e / (e + 2) with the sign of x.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> quick_tanh(Vec<T, Set> x) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>) {
    using V = Vec<T, Set>;
    const V size = smaller_number(V(10), abs(x)), twice = size + size, power = power_in_exp(twice);
    const V rest = rest_of_exp(fma(power, V(-kLn2Second<T>), fma(power, V(-kLn2First<T>), twice)));
    const V whole = scale(V(1), power), e = fma(rest, whole, whole - V(1));
    return either(e / (e + V(2)), sign_of(x));
  }
#endif
  return tanh_of(x);
}
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> quick_sigmoid(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  return V(1) / (V(1) + exp_of(-x));
}

template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> softplus_of(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  return maximum(x, V(0)) + log1p(whole_exp(split_decay(x)));
}
// x sigmoid(x) = x e / (1 + e) for negative x; x e stays normal longer than e does. Below -1e4 the result is 0.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> silu_of(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const Split<V> split = split_decay(x);
  return where(x < V(0), times_exp(larger_number(V(-1e4), x), split), x) / (whole_exp(split) + V(1));
}
// With a = |x|: e (1 - a + e) / (1 + e)^2 for negative x, and one minus this for positive x. The factor in brackets is computed
// as r + c (e^r - 1) with c = e^-zero and r = zero - a, where `zero` is its zero, so that it keeps its digits near there.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> silu_slope(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  constexpr bool single = std::is_same_v<T, float>;
  const Split<V> split = split_decay(x);
  const V a = smaller_number(V(1e4), abs(x)), e = whole_exp(split), inverse = V(1) / (e + V(1));
  const V r =
      (V(single ? 1.2784644365310669 : 1.2784645427610737) - a) + V(single ? 1.0623000690057811e-7 : 1.0946994183093437e-16);
  const V near = fma(V(0.27846454276107380), rest_of_exp(r), r);
  const V share = times_exp(where(abs(r) < V(0.34), near, (V(1) - a) + e), split) * (inverse * inverse);
  return where(x < V(0), share, V(1) - share);
}

}  // namespace weft::simd
