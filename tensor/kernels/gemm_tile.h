// The innermost loop of the matrix product: a tile of C in registers. Only kernels/gemm.cpp includes this file.
#pragma once

#include <weft/tensor/runtime/simd.h>

#include <cstdint>

namespace weft::kernels {

// The number of registers determines the tile: of 32 registers, 24 hold sums, two hold columns of B and one a number of A; of 16,
// 12 hold sums. More than 12 rows of A would also compete for the same set of the first-level cache if their stride is a power of
// two.
template <class Set>
constexpr int kTileRowsOf = 6;
template <>
inline constexpr int kTileRowsOf<Avx512> = 12;

template <class T, class Set>
struct TileShape {
  static constexpr int lanes = simd::Vec<T, Set>::size;
  static constexpr int panel_width = 2 * lanes;
  static constexpr int rows = kTileRowsOf<Set>;
};

// Few rows take several panels at a time, because a single chain would wait for its own last sum.
template <class Set>
constexpr int panels_at_once(int rows) {
  constexpr int budget = 2 * kTileRowsOf<Set>;
  return rows <= 2 && 8 * rows <= budget ? 4 : 4 * rows <= budget ? 2 : 1;
}

// The layout of A's rows: contiguous and a_stride apart; side by side, with a_stride to the next k; or copied to blocks of kBlock
// numbers of the first row, then as many of the second and so on, so that rows need no addresses of their own.
enum class Left : std::uint8_t { rows, columns, blocks };
constexpr int kBlock = 16;

template <class T>
struct TileArguments {
  std::int64_t k;
  const T* a;
  std::int64_t a_stride;
  const T* b;
  std::int64_t b_stride;      // from one k to the next
  std::int64_t panel_stride;  // from one panel to the next
  T* c;                       // where the sums are written
  std::int64_t c_stride;
  const T* start;  // the sums to continue from; null means zeros
  std::int64_t start_stride;
  // Sums of earlier chains that are added to this one's: first the `joined` ones, `waiting_step` apart, then C.
  const T* waiting;
  std::int64_t waiting_stride, waiting_step;
  int joined;
  bool join_c;
};

// C (rows x panels * vectors registers) = [start +] A B [+ sums of earlier chains]. Panels stand panel_width columns apart in C.
template <class T, class Set, int rows, int panels, int vectors, Left layout>
void multiply_tile(const TileArguments<T>& tile) {
  using Vector = simd::Vec<T, Set>;
  constexpr int width = panels * vectors;
  constexpr int lanes = TileShape<T, Set>::lanes;
  const auto column = [](int v) { return v / vectors * TileShape<T, Set>::panel_width + v % vectors * lanes; };
  Vector sum[rows][width];
  if (tile.start) {
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
      for (int v = 0; v < width; ++v) sum[i][v] = Vector::load(tile.start + i * tile.start_stride + column(v));
  } else {
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
      for (int v = 0; v < width; ++v) sum[i][v] = Vector(0);
  }

  const T* a = tile.a;
  const T* b = tile.b;
  const std::int64_t a_stride = tile.a_stride, b_stride = tile.b_stride, panel_stride = tile.panel_stride;
  for (std::int64_t left = tile.k; left > 0; left -= kBlock) {
    const std::int64_t part = layout == Left::blocks && left > kBlock ? kBlock : left;
#pragma GCC unroll 1
    for (std::int64_t k = part; k > 0; --k) {
      Vector right[width];
#pragma GCC unroll 16
      for (int v = 0; v < width; ++v) right[v] = Vector::load(b + v / vectors * panel_stride + v % vectors * lanes);
#pragma GCC unroll 16
      for (int i = 0; i < rows; ++i) {
        const Vector number(a[i * (layout == Left::columns ? 1 : layout == Left::blocks ? kBlock : a_stride)]);
#pragma GCC unroll 16
        for (int v = 0; v < width; ++v) sum[i][v] = fma(number, right[v], sum[i][v]);
      }
      a += layout == Left::columns ? a_stride : 1;
      b += b_stride;
    }
    if (layout != Left::blocks) break;
    a += (rows - 1) * kBlock;
  }

  const auto join = [&](const T* from, std::int64_t stride) {
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
      for (int v = 0; v < width; ++v) sum[i][v] = Vector::load(from + i * stride + column(v)) + sum[i][v];
  };
  for (int i = 0; i < tile.joined; ++i) join(tile.waiting + i * tile.waiting_step, tile.waiting_stride);
  if (tile.join_c) join(tile.c, tile.c_stride);
#pragma GCC unroll 16
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
    for (int v = 0; v < width; ++v) sum[i][v].store(tile.c + i * tile.c_stride + column(v));
}

}  // namespace weft::kernels
