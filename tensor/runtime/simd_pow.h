// pow on registers of any set. Only for simd.h.
//
// |x|^y = e^(y log |x|), where the logarithm has more bits than the result: f32 computes in f64, f64 in pairs of numbers. Error
// bounds: docs/accuracy.md.
#pragma once

namespace weft::simd {

// x = m 2^power with m in lowest .. 2 lowest, for x > 0 that is not denormal. `lowest`, which is below 1, is given as its bits.
template <class V>
struct Parts {
  V power, m;
};
template <class Set>
[[gnu::always_inline]] inline Parts<Vec<double, Set>> split_log(Vec<double, Set> x, std::uint64_t lowest) {
  using V = Vec<double, Set>;
  constexpr std::uint64_t one = 0x3FF0000000000000, exponent = 0xFFF0000000000000;
  const auto bits = to_bits(x), moved = bits + (one - lowest);
  const auto number = (moved >> 52) | std::uint64_t(0x4330000000000000);  // 2^52 + the exponent with its bias
  return {from_bits<V>(number) - V(0x1p52 + 1023), from_bits<V>(bits - ((moved & exponent) - one))};
}

// x^y for x > 0 within the exponent range of f32, with the precision of f32.
template <class Set>
[[gnu::always_inline]] inline Vec<double, Set> rough_pow(Vec<double, Set> x, Vec<double, Set> y) {
  using V = Vec<double, Set>;
  const Parts<V> parts = split_log(x, 0x3FE6A09E667F3BCD);  // sqrt(1/2)
  const V s = (parts.m - V(1)) / (parts.m + V(1));
  const V series = polynomial(s * s, 2.8853900817906103057, 0.96179667260675769337, 0.57708373762307040374,
                              0.41166292477111697987, 0.34092163644588941384);
  const V product = bounded(y * fma(series, s, parts.power), -200, 200);
  const V shift(kShift<double>), power = (product + shift) - shift;
  const V root = polynomial(product - power, 1.0, 0.69314720670283259577, 0.24022650922288758071, 0.055503272266703020589,
                            0.0096180566785246380754, 0.001340042817761583794, 0.00015461444698569129083);
  return root * power_of_2(power);
}
template <class Set, int... lane>
[[gnu::always_inline]] inline Vec<float, Set> magnitude_of_pow(Vec<float, Set> x, Vec<float, Set> y,
                                                               std::integer_sequence<int, lane...>) {
  using V = Vec<double, Set>;
  constexpr int half = sizeof...(lane);
  Lanes<float, 2 * half> from_x, from_y;
  std::memcpy(&from_x, &x.lanes, sizeof from_x);
  std::memcpy(&from_y, &y.lanes, sizeof from_y);
  const auto to_double = [](Lanes<float, half> numbers) {
    const Lanes<double, half> wide = __builtin_convertvector(numbers, Lanes<double, half>);
    V result;
    std::memcpy(&result.lanes, &wide, sizeof wide);
    return result;
  };
  const auto to_float = [](V result) {
    Lanes<double, half> wide;
    std::memcpy(&wide, &result.lanes, sizeof wide);
    return __builtin_convertvector(wide, Lanes<float, half>);
  };
  const Lanes<float, half> low = to_float(rough_pow(to_double(__builtin_shufflevector(from_x, from_x, lane...)),
                                                    to_double(__builtin_shufflevector(from_y, from_y, lane...))));
  const Lanes<float, half> high = to_float(rough_pow(to_double(__builtin_shufflevector(from_x, from_x, (lane + half)...)),
                                                     to_double(__builtin_shufflevector(from_y, from_y, (lane + half)...))));
  const Lanes<float, 2 * half> both = __builtin_shufflevector(low, high, lane..., (lane + half)...);
  Vec<float, Set> result;
  std::memcpy(&result.lanes, &both, sizeof both);
  return result;
}

// e^(x + low), where r and 1 + r are corrected by what their rounding lost.
template <class Set>
[[gnu::always_inline]] inline Vec<double, Set> exp_of_sum(Vec<double, Set> x, Vec<double, Set> low) {
  using V = Vec<double, Set>;
  const V power = power_in_exp(x);
  const V exact = fma(power, V(-kLn2First<double>), x), apart = fma(power, V(-kLn2Second<double>), low);
  const V r = exact + apart, r_low = apart - (r - exact), sum = r + V(1), sum_low = r - (sum - V(1));
  return scale(sum + (sum_low + fma(exp_series(r) * r, r, r_low)), power);
}

// x^y for x >= 0.
template <class Set>
[[gnu::always_inline]] inline Vec<float, Set> magnitude_of_pow(Vec<float, Set> x, Vec<float, Set> y) {
  return magnitude_of_pow(x, y, std::make_integer_sequence<int, Vec<double, Set>::size>());
}
template <class Set>
[[gnu::always_inline]] inline Vec<double, Set> magnitude_of_pow(Vec<double, Set> x, Vec<double, Set> y) {
  using V = Vec<double, Set>;
#if defined(__FMA__) || defined(__aarch64__)
  // log m = log c + 2 s + 2/3 s^3 + s^5 (...) with s = (m - c) / (m + c), where c is 1 or 1.5. Each number that matters is a pair
  // whose second part holds the rounding error of the first. The first parts of log 2 and log 1.5 have exact sums.
  const auto denormal = x < V(std::numeric_limits<double>::min());
  const Parts<V> parts = split_log(where(denormal, x * V(0x1p54), x), 0x3FEA20BD700C2C3E);  // sqrt(2/3)
  const V power = where(denormal, parts.power - V(54), parts.power), m = parts.m;
  const auto upper = m > V(1.224744871391589);  // sqrt(3/2)
  const V c = where(upper, V(1.5), V(1));
  const V f = m - c, d = m + c, inverse = V(1) / d, s = f * inverse;
  const V s_low = (fma(-s, d, f) - s * (m - (d - c))) * inverse;
  const V square = s * s, square_low = fma(s, s, -square) + V(2) * (s * s_low);
  const V cube = s * square, cube_low = fma(s, square, -cube) + fma(s, square_low, s_low * square);
  const V third(0.66666666666666663), term = cube * third;
  const V term_low = fma(cube, third, -term) + fma(cube, V(3.7007434154171883e-17), cube_low * third);
  const V series = polynomial(square, 0.40000000000000000016, 0.28571428571428415422, 0.22222222222464274654,
                              0.18181818041052077561, 0.15384654338146328922, 0.13327807549910782695, 0.12152090275268486456);
  const V whole = fma(power, V(kLn2First<double>), where(upper, V(0.405465107993222773075), V(0)));
  const V whole_low = fma(power, V(kLn2Second<double>), where(upper, V(1.149416089029093557e-10), V(0)));
  const V sum = whole + (s + s), sum_low = (s + s) - (sum - whole);
  const V larger = sum + term, larger_low = term - (larger - sum);
  const V small = (whole_low + (sum_low + larger_low)) + fma(cube * square, series, fma(V(2), s_low, term_low));
  const V log = larger + small, log_low = small - (log - larger);
  // The product, and its exponential.
  const V product = y * log, kept = bounded(product, -746, 710), low = fma(y, log, -product) + y * log_low;
  return exp_of_sum(kept, where(kept == product, low, V(0)));
#else
  // Without FMA, exact products would take many steps.
  alignas(64) double base[V::size], exponent[V::size];
  x.store(base);
  y.store(exponent);
  for (int i = 0; i < V::size; ++i) base[i] = std::pow(base[i], exponent[i]);
  return V::load(base);
#endif
}

// Handles the special cases of C99, F.9.4.4.
template <class T, class Set>
[[gnu::always_inline]] inline Vec<T, Set> pow_of(Vec<T, Set> x, Vec<T, Set> y) {
  using V = Vec<T, Set>;
  constexpr T infinity = std::numeric_limits<T>::infinity();
  const V size = abs(x);
  V power = magnitude_of_pow(size, y);
  power = where(size == V(0) || size == V(infinity), where(y < V(0), V(1) / size, size), power);
  power = where(size == V(1), V(1), power);
  const auto whole = [](V number) {  // from 2^mantissa on all numbers are whole
    const V limit(T(WholeNumber<T>(1) << kMantissa<T>)), rounded = (number + limit) - limit;
    return number >= limit || rounded == number;
  };
  const V times = abs(y);
  const auto integer = whole(times), odd = integer && !whole(times * V(0.5));
  power = where(odd, either(power, sign_of(x)), power);
  power = where(x < V(0) && x > V(-infinity) && !integer, V(std::numeric_limits<T>::quiet_NaN()), power);
  power = where(x != x || y != y, x + y, power);
  return where(x == V(1) || y == V(0), V(1), power);
}

}  // namespace weft::simd
