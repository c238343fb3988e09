// Copies strips of A and B into the order in which the product reads them. Only kernels/gemm.cpp
// includes this file.
#pragma once

#include <weft/tensor/kernels/gemm_tile.h>

#include <cstdint>
#include <cstring>

namespace weft::kernels {

// packed[k][j] = source[j * across + k * along] for j < width, and zero for width <= j < padded_width.
template <class T>
struct Strip {
  std::int64_t k, width, padded_width;
  const T* source;
  std::int64_t across, along;
  T* packed;
};

template <class T, class Set>
struct StripPacker {
  using Four = simd::Lanes<T, 4>;
  static constexpr std::int64_t stretch = 64;

  static constexpr std::int64_t least(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

  // By reference, because a function that returns so wide a vector has a different ABI on each instruction set.
  static void load(Four& four, const T* from) { std::memcpy(&four, from, sizeof four); }
  static void store(T* to, const Four& four) { std::memcpy(to, &four, sizeof four); }

  static void pack(const Strip<T>& s) {
    if (s.width < s.padded_width) std::memset(s.packed, 0, static_cast<std::size_t>(s.k * s.padded_width) * sizeof(T));
    if (s.across == 1) return copy_rows(s);
    s.along == 1 ? transpose(s) : copy_elements(s);
  }

  static void copy_elements(const Strip<T>& s) {
    for (std::int64_t k = 0; k < s.k; ++k)
      for (std::int64_t j = 0; j < s.width; ++j) s.packed[k * s.padded_width + j] = s.source[j * s.across + k * s.along];
  }

  // Packs `k` lines that lie anywhere: packed[i][j] = lines[i][offset + j].
  static void pack_lines(std::int64_t k, std::int64_t width, std::int64_t padded_width, const T* const* lines,
                         std::int64_t offset, T* packed) {
    if (width < padded_width) std::memset(packed, 0, static_cast<std::size_t>(k * padded_width) * sizeof(T));
    copy_lines(k, width, padded_width, packed, [=](std::int64_t i) { return lines[i] + offset; });
  }

  static void copy_rows(const Strip<T>& s) {
    copy_lines(s.k, s.width, s.padded_width, s.packed, [&s](std::int64_t i) { return s.source + i * s.along; });
  }

  // Lines are copied in pieces of fixed size; the last piece overlaps the one before. The next strip, which lies in the same
  // lines, is prefetched.
  template <class Line>
  static void copy_lines(std::int64_t k, std::int64_t width, std::int64_t padded_width, T* packed, Line line) {
    if (width >= 16)
      copy_pieces<16>(k, width, padded_width, packed, line);
    else if (width >= 8)
      copy_pieces<8>(k, width, padded_width, packed, line);
    else if (width >= 4)
      copy_pieces<4>(k, width, padded_width, packed, line);
    else
      for (std::int64_t i = 0; i < k; ++i)
        for (std::int64_t j = 0; j < width; ++j) packed[i * padded_width + j] = line(i)[j];
  }

  template <int piece, class Line>
  static void copy_pieces(std::int64_t k, std::int64_t width, std::int64_t padded_width, T* packed, Line line) {
    for (std::int64_t i = 0; i < k; ++i) {
      const T* from = line(i);
      T* to = packed + i * padded_width;
      for (std::int64_t j = width; j < 2 * width; j += 16) __builtin_prefetch(from + j);
      for (std::int64_t j = 0; j + piece < width; j += piece) std::memcpy(to + j, from + j, piece * sizeof(T));
      std::memcpy(to + width - piece, from + width - piece, piece * sizeof(T));
    }
  }

  // Works in squares of 4 x 4, the last of which overlap, through a few cache lines of each source line, and prefetches the next
  // four lines.
  static void transpose(const Strip<T>& s) {
    if (s.width < 4 || s.k < 4) return copy_elements(s);
    for (std::int64_t begin = 0; begin < s.k; begin += stretch)
      for (std::int64_t column = 0; column < s.width; column += 4)
        for (std::int64_t row = begin; row < begin + stretch && row < s.k; row += 4) {
          const std::int64_t j = least(column, s.width - 4), k = least(row, s.k - 4);
          const T* from = s.source + j * s.across + k;
          __builtin_prefetch(from + (4 + row / 4 % 4) * s.across);
          transpose_square(from, s.across, s.packed + k * s.padded_width + j, s.padded_width);
        }
  }

  static void transpose_square(const T* from, std::int64_t from_stride, T* to, std::int64_t to_stride) {
    Four a, b, c, d;
    load(a, from);
    load(b, from + from_stride);
    load(c, from + 2 * from_stride);
    load(d, from + 3 * from_stride);
    const Four ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const Four cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    store(to, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
    store(to + to_stride, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
    store(to + 2 * to_stride, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
    store(to + 3 * to_stride, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
  }

  // Copies contiguous rows of A to the blocks of Left::blocks.
  static void copy_blocks(std::int64_t rows, std::int64_t k, const T* from, std::int64_t row_stride, T* to) {
    for (std::int64_t begin = 0; begin < k; begin += kBlock)
      for (std::int64_t i = 0; i < rows; ++i, to += kBlock) {
        if (begin + kBlock <= k)
          std::memcpy(to, from + i * row_stride + begin, kBlock * sizeof(T));
        else
          std::memcpy(to, from + i * row_stride + begin, static_cast<std::size_t>(k - begin) * sizeof(T));
      }
  }
};

}  // namespace weft::kernels
