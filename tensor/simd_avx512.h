// exp and tanh of f32 in AVX-512 registers. For simd.h alone.
#pragma once

#include <immintrin.h>

namespace weft::simd::avx512 {

// e^x = 2^power (1 + rest).
struct Split {
  __m512 power, rest;
};

// x = power ln 2 + r with |r| <= ln 2 / 2. rest = e^r - 1 = r + r^2 q(r), where q was fitted to keep the largest relative error
// of the whole small: 1.3e-8.
[[gnu::always_inline]] static inline Split split_exp(__m512 x) {
  const auto number = [](float value) { return _mm512_set1_ps(value); };
  const __m512 shift = number(12582912.0f);  // 1.5 * 2^23: adding it rounds to whole numbers
  const __m512 power = _mm512_sub_ps(_mm512_fmadd_ps(x, number(1.44269504f), shift), shift);
  __m512 r = _mm512_fmadd_ps(power, number(-0.693359375f), x);  // exact: the factor has few bits
  r = _mm512_fmadd_ps(power, number(2.12194440e-4f), r);
  __m512 q = _mm512_fmadd_ps(number(1.388252149e-3f), r, number(8.366520579e-3f));
  q = _mm512_fmadd_ps(q, r, number(4.166719986e-2f));
  q = _mm512_fmadd_ps(q, r, number(1.666654362e-1f));
  q = _mm512_fmadd_ps(q, r, number(4.999999815e-1f));
  return {power, _mm512_fmadd_ps(_mm512_mul_ps(q, r), r, r)};
}

// Within 0.72 units in the last place. The operands' order lets NaN through: min and max return the second of a pair with NaN.
[[gnu::always_inline]] static inline __m512 exp(__m512 x) {
  const __m512 bounded = _mm512_max_ps(_mm512_set1_ps(-104), _mm512_min_ps(_mm512_set1_ps(104), x));
  const Split split = split_exp(bounded);
  return _mm512_scalef_ps(_mm512_add_ps(split.rest, _mm512_set1_ps(1)), split.power);
}

// With e = exp(2 |x|) - 1: e / (e + 2), and the sign of x. Within 1.5 units in the last place.
[[gnu::always_inline]] static inline __m512 tanh(__m512 x) {
  const __m512 one = _mm512_set1_ps(1), size = _mm512_min_ps(_mm512_set1_ps(10), _mm512_abs_ps(x));
  const Split split = split_exp(_mm512_add_ps(size, size));
  const __m512 power = _mm512_scalef_ps(one, split.power);
  const __m512 e = _mm512_fmadd_ps(split.rest, power, _mm512_sub_ps(power, one));
  const __m512 result = _mm512_div_ps(e, _mm512_add_ps(e, _mm512_set1_ps(2)));
  return _mm512_or_ps(result, _mm512_and_ps(x, _mm512_set1_ps(-0.0f)));
}

}  // namespace weft::simd::avx512
