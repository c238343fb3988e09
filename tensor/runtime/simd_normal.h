// The error function and the normal distribution, on registers of any set. Only for simd.h.
#pragma once

namespace weft::simd {

// exp(-factor a^2), for a in 0..64 and a factor of 1/2 or 1. The rounding of the square would become exp's relative error. If
// `head` is the first half of a's bits, head^2 is exact and a^2 - head^2 = (a - head) (a + head).
template <class T, class Set>
[[gnu::always_inline]] inline Split<Vec<T, Set>> split_square(Vec<T, Set> a, double factor) {
  using V = Vec<T, Set>;
  const auto first_half = ~((WholeNumber<T>(1) << (kMantissa<T> / 2 + 1)) - 1);
  const V head = from_bits<V>(to_bits(a) & first_half), lowest(kLowestInExp<T>);
  const V square = V(-factor) * (head * head), kept = larger_number(lowest, square);
  const V low = where(square < lowest, V(0), V(-factor) * ((a - head) * (a + head))), power = power_in_exp(kept + low);
  const V r = fma(power, V(-kLn2Second<T>), fma(power, V(-kLn2First<T>), kept)) + low;
  return {power, rest_of_exp(r)};
}

// share / (1 + a) for a share near 0.45 and a in 0..64. The rounding error of 1 + a is exact as a difference, and small enough to
// approximate 1 / (1 + a) by 2.2 times the quotient.
template <class V>
[[gnu::always_inline]] inline V over_1_plus(V a, V share) {
  const V sum = a + V(1), lost = a - (sum - V(1)), quotient = share / sum;
  return fma(quotient * lost, quotient * V(-2.2), quotient);
}

// P(X > a) exp(a^2 / 2) for a standard normal X and a in 0..64: a polynomial of (a - k) / (a + k), divided by 1 + a. Fitted at
// Chebyshev points up to where exp(-a^2 / 2) is 0. The quotient that maps a is from Schonfelder 1978, Chebyshev expansions for
// the error and related functions.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> scaled_tail(Vec<T, Set> a) {
  using V = Vec<T, Set>;
  if constexpr (std::is_same_v<T, float>) {
    const V u = (a - V(4)) / (a + V(4));
    return over_1_plus(
        a, polynomial(u, 0.47205320646663724545, -0.096703467909095578766, 0.013999630414195016877, 0.028600027521949750211,
                      -0.032197728089079026566, 0.017939548107469358081, -0.0050025210821072555835, -0.00030049700119992299657,
                      0.00069123352410750100208, -0.000065720754719264929798, -0.000073932463352965276951));
  } else {
    const V u = (a - V(5.5)) / (a + V(5.5));
    return over_1_plus(
        a,
        polynomial(u, 0.45722751116333126944, -0.088338989044487939706, 0.036186526029245626126, 0.0022150251247912753457,
                   -0.021413634567725991867, 0.024305078466259877324, -0.018229966318938872936, 0.010221481363315651131,
                   -0.0042524009325487478499, 0.0011587134513102937403, -0.000081470785718754213464, -0.000090559533000422411886,
                   0.000038858595856974198355, -4.8502017211877968406e-7, -4.6935474188979762113e-6, 1.0599735290378629174e-6,
                   4.4827072714366285679e-7, -2.1534471645322959498e-7, -4.2680975555722830191e-8, 3.4853961983872174858e-8,
                   6.1126146250290281952e-9, -4.107776039559239381e-9, -1.1554336766981895119e-9));
  }
}

// |x|, clamped to 64: beyond that all tails are 0.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> bounded_size(Vec<T, Set> x) {
  return smaller_number(Vec<T, Set>(64), abs(x));
}

template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> normal_cdf_of(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const V a = bounded_size(x), tail = times_exp(scaled_tail(a), split_square(a, 0.5));
  return where(x < V(0), tail, V(1) - tail);
}
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> normal_pdf_of(Vec<T, Set> x) {
  return times_exp(Vec<T, Set>(0.3989422804014327), split_square(bounded_size(x), 0.5));  // 1 / sqrt(2 pi)
}
// -x pdf(x).
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> normal_pdf_slope(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const V a = bounded_size(x), share = times_exp(V(0.3989422804014327) * a, split_square(a, 0.5));
  return where(x < V(0), share, -share);
}
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> gelu_of(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const V a = bounded_size(x), b = where(x < V(0), -a, V(1)), tail = times_exp(b * scaled_tail(a), split_square(a, 0.5));
  return where(x < V(0), tail, fma(-a, tail, x));
}

// (P(X > a) exp(a^2 / 2) - a / sqrt(2 pi)) / (zero - a), where `zero` is the zero of the numerator. Fitted as scaled_tail is.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> scaled_gelu_slope(Vec<T, Set> a) {
  using V = Vec<T, Set>;
  if constexpr (std::is_same_v<T, float>) {
    const V u = (a - V(4)) / (a + V(4));
    return polynomial(u, 0.46221124405806786693, -0.10336590036232171251, 0.060462935303643529455, -0.028083295445391970164,
                      0.0095050100771947511222, -0.001788870775225281255, -0.00015535960014066584164, 0.0001878267440726701567,
                      -0.000014085099007530591007, -0.00001961925552341998616, -1.6086026503319588516e-6);
  } else {
    const V u = (a - V(5.5)) / (a + V(5.5));
    return polynomial(u, 0.44729288093140969433, -0.084078976736264757162, 0.059397591312752307044, -0.037551569257908981188,
                      0.020961845827405737427, -0.010129044607557156526, 0.0041009770519504286962, -0.0013057791359493004123,
                      0.00027590240846548504151, -8.3065975384804749429e-6, -0.000019299336529742212909, 6.4550027270347153155e-6,
                      1.3641853577771356868e-7, -6.9004280410136546993e-7, 1.233909268722622689e-7, 5.8385408981159895907e-8,
                      -2.3247941545963774377e-8, -4.8070363700081587524e-9, 3.3781478687088975964e-9, 4.9744200781996103611e-10,
                      -3.8233026827234368063e-10, -6.6239227103543040693e-11, 1.2921292865118242483e-11);
  }
}
// cdf(x) + x pdf(x): as above for negative x, and one minus that for positive x.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> gelu_slope(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  constexpr bool single = std::is_same_v<T, float>;
  const V a = bounded_size(x);
  const V r =
      (V(single ? 0.75179147720336914 : 0.75179152469356436) - a) + V(single ? 4.7490195316832905e-8 : 9.6065543285505771e-17);
  const V share = times_exp(r * scaled_gelu_slope(a), split_square(a, 0.5));
  return where(x < V(0), share, V(1) - share);
}

// A polynomial in x^2 up to 1, and 1 - 2 P(X > x sqrt 2) beyond.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> erf_of(Vec<T, Set> x) {
  using V = Vec<T, Set>;
  const V a = bounded_size(x), square = a * a, inner = smaller_number(V(1), square);
  const V tail = times_exp(scaled_tail(a * V(1.4142135623730951)), split_square(a, 1));
  V ratio;
  if constexpr (std::is_same_v<T, float>)
    ratio = polynomial(inner, -0.37612626666720331023, 0.11283594715160217732, -0.026854212010626412443, 0.0051890874234339739861,
                       -0.00080168642871658695293, 0.000078758750626854883411);
  else
    ratio =
        polynomial(inner, -0.37612638903183748056, 0.11283791670954878666, -0.026866170645076793248, 0.0052239776248180144673,
                   -0.00085483269808337899052, 0.00012055331111642710923, -0.000014925595266831181565, 1.6461000484121368033e-6,
                   -1.6350312701054695011e-7, 1.4659775274047435814e-8, -1.137284885679167367e-9, 5.9571761477489114044e-11);
  // 2 / sqrt(pi) = 1 + 0.128..., and the product of the second term with a denormal number would be lost.
  const V near = where(a < V(1e-30), a * V(1.1283791670955126), fma(a, fma(ratio, inner, V(0.1283791670955126)), a));
  return either(where(square < V(1), near, V(1) - (tail + tail)), sign_of(x));
}

// 2 / sqrt(pi) exp(-x^2).
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> erf_slope(Vec<T, Set> x) {
  return times_exp(Vec<T, Set>(1.1283791670955126), split_square(bounded_size(x), 1));
}

}  // namespace weft::simd
