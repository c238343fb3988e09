// Vec: one SIMD register of the file's instruction set. This is the only header that includes xsimd.
//
// Kernels and elementwise lambdas compute on Vec. All lanes do the same arithmetic, so a value does not depend on its lane.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

// Two of xsimd's inline functions are not templates over the set. Declaring them static first keeps a copy in each object file;
// otherwise the linker could pick the AVX-512 copy for every processor.
namespace xsimd::detail {
[[maybe_unused]] static std::int32_t __kernel_rem_pio2(double*, double*, std::int32_t, std::int32_t, std::int32_t,
                                                       const std::int32_t*) noexcept;
[[maybe_unused]] static std::int32_t __ieee754_rem_pio2(double, double*) noexcept;
}  // namespace xsimd::detail

// g++ 12 warns about the undefined operands in its own AVX-512 header.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <xsimd/xsimd.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

namespace weft::simd {

template <class N>
concept Number = std::is_arithmetic_v<N>;

// The lanes for which a condition is true.
template <class T, class Set = Here>
struct Mask {
  typename xsimd::batch<T>::batch_bool_type lanes;

  friend Mask operator&&(Mask a, Mask b) { return {a.lanes & b.lanes}; }
  friend Mask operator||(Mask a, Mask b) { return {a.lanes | b.lanes}; }
  friend Mask operator!(Mask a) { return {~a.lanes}; }
};

// The compiler's own vector type.
template <class T, int size>
using Lanes __attribute__((vector_size(size * sizeof(T)))) = T;

// Each lane becomes the larger of itself and the lane `distance` away, and so on with half the distance. There are no branches,
// because the position of the largest lane cannot be predicted.
template <class Set, int distance, class All, int... lane>
[[gnu::always_inline]] inline auto largest_lane(All x, std::integer_sequence<int, lane...> lanes) {
  const All other = __builtin_shufflevector(x, x, (lane ^ distance)...);
  const All larger = ((other > x) | (other != other)) ? other : x;
  if constexpr (distance == 1)
    return larger[0];
  else
    return largest_lane<Set, distance / 2>(larger, lanes);
}

template <class T, class Set = Here>
struct Vec {
  using Register = xsimd::batch<T>;
  static constexpr int size = static_cast<int>(Register::size);

  Register lanes;

  Vec() = default;
  Vec(Register lanes) : lanes(lanes) {}
  template <Number N>
  Vec(N number) : lanes(static_cast<T>(number)) {}

  static Vec load(const T* from) { return Register::load_unaligned(from); }
  void store(T* to) const { lanes.store_unaligned(to); }

  // Loads the first `count` < size numbers; the other lanes are `fill`.
  static Vec load_partial(const T* from, std::int64_t count, T fill) {
#if defined(__AVX512F__)
    const auto mask = (1u << count) - 1;
    if constexpr (std::is_same_v<T, float>)
      return Register(_mm512_mask_loadu_ps(_mm512_set1_ps(fill), static_cast<__mmask16>(mask), from));
    if constexpr (std::is_same_v<T, double>)
      return Register(_mm512_mask_loadu_pd(_mm512_set1_pd(fill), static_cast<__mmask8>(mask), from));
#endif
    alignas(64) T padded[size];
    for (int i = 0; i < size; ++i) padded[i] = i < count ? from[i] : fill;
    return Register::load_aligned(padded);
  }
  // The other lanes repeat the first number, so that they stay inside the domain.
  static Vec load_partial(const T* from, std::int64_t count) { return load_partial(from, count, *from); }
  void store_partial(T* to, std::int64_t count) const {
#if defined(__AVX512F__)
    const auto mask = (1u << count) - 1;
    if constexpr (std::is_same_v<T, float>) return _mm512_mask_storeu_ps(to, static_cast<__mmask16>(mask), lanes);
    if constexpr (std::is_same_v<T, double>) return _mm512_mask_storeu_pd(to, static_cast<__mmask8>(mask), lanes);
#endif
    alignas(64) T padded[size];
    lanes.store_aligned(padded);
    for (int i = 0; i < count; ++i) to[i] = padded[i];
  }

  friend Vec operator+(Vec a, Vec b) { return a.lanes + b.lanes; }
  friend Vec operator-(Vec a, Vec b) { return a.lanes - b.lanes; }
  friend Vec operator*(Vec a, Vec b) { return a.lanes * b.lanes; }
  friend Vec operator/(Vec a, Vec b) { return a.lanes / b.lanes; }
  // Flips the sign bit: xsimd subtracts from 0, which loses the sign of 0 on some sets.
  friend Vec operator-(Vec a) { return a.lanes ^ Register(T(-0.0)); }
  Vec& operator+=(Vec b) { return *this = *this + b; }
  Vec& operator*=(Vec b) { return *this = *this * b; }

  friend Mask<T, Set> operator<(Vec a, Vec b) { return {a.lanes < b.lanes}; }
  friend Mask<T, Set> operator<=(Vec a, Vec b) { return {a.lanes <= b.lanes}; }
  friend Mask<T, Set> operator>(Vec a, Vec b) { return {a.lanes > b.lanes}; }
  friend Mask<T, Set> operator>=(Vec a, Vec b) { return {a.lanes >= b.lanes}; }
  friend Mask<T, Set> operator==(Vec a, Vec b) { return {a.lanes == b.lanes}; }
  // xsimd 8.1's own != is false for NaN on AVX and AVX-512.
  friend Mask<T, Set> operator!=(Vec a, Vec b) { return {~(a.lanes == b.lanes)}; }

  friend Vec where(Mask<T, Set> condition, Vec a, Vec b) { return xsimd::select(condition.lanes, a.lanes, b.lanes); }
  // The condition is a mask stored as numbers: 0 is false.
  friend Vec where(Vec condition, Vec a, Vec b) { return where(condition != Vec(0), a, b); }

  friend Vec exp(Vec x) { return exp_of(x); }
  friend Vec expm1(Vec x) { return expm1_of(x); }
  friend Vec log(Vec x) { return xsimd::log(x.lanes); }
  friend Vec log1p(Vec x) { return xsimd::log1p(x.lanes); }
  friend Vec sqrt(Vec x) { return xsimd::sqrt(x.lanes); }
  friend Vec tanh(Vec x) { return tanh_of(x); }
  friend Vec sigmoid(Vec x) { return sigmoid_of(x); }
  friend Vec softplus(Vec x) { return softplus_of(x); }
  friend Vec silu(Vec x) { return silu_of(x); }
  friend Vec gelu(Vec x) { return gelu_of(x); }
  friend Vec erf(Vec x) { return erf_of(x); }
  friend Vec normal_cdf(Vec x) { return normal_cdf_of(x); }
  friend Vec normal_pdf(Vec x) { return normal_pdf_of(x); }
  friend Vec sin(Vec x) { return xsimd::sin(x.lanes); }
  friend Vec cos(Vec x) { return xsimd::cos(x.lanes); }
  friend Vec pow(Vec x, Vec y) { return pow_of(x, y); }
  friend Vec abs(Vec x) { return xsimd::abs(x.lanes); }
  friend Vec maximum(Vec a, Vec b) { return where(a > b || a != a, a, b); }  // NaN stays NaN
  friend Vec minimum(Vec a, Vec b) { return where(a < b || a != a, a, b); }
  // The larger and the smaller, if both are numbers, in one instruction.
  friend Vec larger_number(Vec a, Vec b) { return xsimd::max(a.lanes, b.lanes); }
  friend Vec smaller_number(Vec a, Vec b) { return xsimd::min(a.lanes, b.lanes); }
  // a * b + c, rounded once if the set has FMA. xsimd 8.1 has no fma for AVX-512 and would multiply, then add.
  friend Vec fma(Vec a, Vec b, Vec c) {
#if defined(__AVX512F__)
    if constexpr (std::is_same_v<T, float>) return Register(_mm512_fmadd_ps(a.lanes, b.lanes, c.lanes));
    if constexpr (std::is_same_v<T, double>) return Register(_mm512_fmadd_pd(a.lanes, b.lanes, c.lanes));
#endif
    return xsimd::fma(a.lanes, b.lanes, c.lanes);
  }

  // The sum of the lanes, in a fixed order.
  friend T sum(Vec x) {
#if XSIMD_VERSION_MAJOR > 8
    return xsimd::reduce_add(x.lanes);
#else
    return xsimd::hadd(x.lanes);
#endif
  }
  // The largest lane, or NaN if any lane is NaN.
  friend T max(Vec x) {
    Lanes<T, size> lanes;
    std::memcpy(&lanes, &x.lanes, sizeof lanes);
    return largest_lane<Set, size / 2>(lanes, std::make_integer_sequence<int, size>());
  }
};

}  // namespace weft::simd

#include <weft/tensor/runtime/simd_exp.h>
#include <weft/tensor/runtime/simd_functions.h>
#include <weft/tensor/runtime/simd_normal.h>
#include <weft/tensor/runtime/simd_pow.h>
