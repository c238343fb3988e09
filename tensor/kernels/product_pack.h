// Copies strips of A and B into the order in which the product reads them. For kernels/product.cpp alone.
#pragma once

#include <weft/tensor/simd.h>

#include <cstdint>
#include <cstring>

namespace weft::kernels {

// packed[k][j] = source[j * across + k * along] for j < width; zero for width <= j < padded_width.
struct Strip {
  std::int64_t k, width, padded_width;
  const float* source;
  std::int64_t across, along;
  float* packed;
};

template <class Set>
struct StripPacker {
  using Four = float __attribute__((vector_size(16)));
  static constexpr std::int64_t line = 16;  // floats in a cache line

  static Four load(const float* from) {
    Four four;
    std::memcpy(&four, from, sizeof four);
    return four;
  }
  static void store(float* to, Four four) { std::memcpy(to, &four, sizeof four); }

  static void pack(const Strip& s) {
    if (s.across == 1)
      copy_rows(s);
    else if (s.along == 1)
      transpose(s);
    else
      copy_elements(s, 0, s.k, 0, s.width);
    if (s.width == s.padded_width) return;
    for (std::int64_t k = 0; k < s.k; ++k)
      for (std::int64_t j = s.width; j < s.padded_width; ++j) s.packed[k * s.padded_width + j] = 0;
  }

  static void copy_elements(const Strip& s, std::int64_t k_begin, std::int64_t k_end, std::int64_t j_begin, std::int64_t j_end) {
    for (std::int64_t k = k_begin; k < k_end; ++k)
      for (std::int64_t j = j_begin; j < j_end; ++j) s.packed[k * s.padded_width + j] = s.source[j * s.across + k * s.along];
  }

  // The last four floats of a row are copied once more when the width is no multiple of four.
  static void copy_rows(const Strip& s) {
    using Vector = simd::Vec<float, Set>;
    if (s.width < 4) return copy_elements(s, 0, s.k, 0, s.width);
    if (s.width == 2 * Vector::size) {
      for (std::int64_t k = 0; k < s.k; ++k) {
        Vector::load(s.source + k * s.along).store(s.packed + k * s.padded_width);
        Vector::load(s.source + k * s.along + Vector::size).store(s.packed + k * s.padded_width + Vector::size);
      }
      return;
    }
    for (std::int64_t k = 0; k < s.k; ++k) {
      const float* from = s.source + k * s.along;
      float* to = s.packed + k * s.padded_width;
      for (std::int64_t j = 0; j + 4 <= s.width; j += 4) store(to + j, load(from + j));
      store(to + s.width - 4, load(from + s.width - 4));
    }
  }

  // Takes whole cache lines of the source, in squares of 4 x 4.
  static void transpose(const Strip& s) {
    const std::int64_t whole_k = s.k / 4 * 4, whole_width = s.width / 4 * 4;
    for (std::int64_t begin = 0; begin < whole_k; begin += line)
      for (std::int64_t j = 0; j < whole_width; j += 4)
        for (std::int64_t k = begin; k < begin + line && k < whole_k; k += 4)
          transpose_square(s.source + j * s.across + k, s.across, s.packed + k * s.padded_width + j, s.padded_width);
    copy_elements(s, 0, whole_k, whole_width, s.width);
    copy_elements(s, whole_k, s.k, 0, s.width);
  }

  static void transpose_square(const float* from, std::int64_t from_stride, float* to, std::int64_t to_stride) {
    const Four a = load(from), b = load(from + from_stride), c = load(from + 2 * from_stride), d = load(from + 3 * from_stride);
    const Four ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const Four cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    store(to, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
    store(to + to_stride, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
    store(to + 2 * to_stride, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
    store(to + 3 * to_stride, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
  }
};

}  // namespace weft::kernels
