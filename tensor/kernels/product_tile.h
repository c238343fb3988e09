// The innermost loop of the matrix product: a tile of C in registers. For kernels/product.cpp alone.
#pragma once

#include <weft/tensor/simd.h>

#include <cstdint>

namespace weft::kernels {

// Registers decide the tile: 24 sums, two columns of B and one number of A in 32 registers; 12 sums in 16. More than 12 rows of A
// would also compete for the same set of the first cache when their stride is a power of two.
template <class Set>
struct TileShape {
  static constexpr int lanes = simd::Vec<float, Set>::size;
  static constexpr int panel_width = 2 * lanes;
  static constexpr int rows = 6;
};
template <>
struct TileShape<Avx512> {
  static constexpr int lanes = 16;
  static constexpr int panel_width = 32;
  static constexpr int rows = 12;
};

// Few rows take several panels at a time: one chain alone would wait for its own last sum.
template <class Set>
constexpr int panels_at_once(int rows) {
  constexpr int budget = 2 * TileShape<Set>::rows;
  return rows <= 2 && 8 * rows <= budget ? 4 : 4 * rows <= budget ? 2 : 1;
}

// How the rows of A lie: each in one piece, a_stride apart; side by side, with a_stride to the next k; or copied to blocks of
// kBlock numbers of the first row, then as many of the second and so on, which take no address of their own per row.
enum class Left : std::uint8_t { rows, columns, blocks };
constexpr int kBlock = 16;

struct TileArguments {
  std::int64_t k;
  const float* a;
  std::int64_t a_stride;
  const float* b;
  std::int64_t b_stride;      // from one k to the next
  std::int64_t panel_stride;  // from one panel to the next
  float* c;
  std::int64_t c_stride;
  bool resume;  // go on from the sums in C
};

// C (rows x panels * vectors registers) = [C +] A B. Panels stand panel_width columns apart in C.
template <class Set, int rows, int panels, int vectors, Left layout>
void multiply_tile(const TileArguments& tile) {
  using Vector = simd::Vec<float, Set>;
  constexpr int width = panels * vectors;
  constexpr int lanes = TileShape<Set>::lanes;
  const auto column = [](int v) { return v / vectors * TileShape<Set>::panel_width + v % vectors * lanes; };
  Vector sum[rows][width];
  if (tile.resume) {
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
      for (int v = 0; v < width; ++v) sum[i][v] = Vector::load(tile.c + i * tile.c_stride + column(v));
  } else {
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
      for (int v = 0; v < width; ++v) sum[i][v] = Vector(0);
  }

  const float* a = tile.a;
  const float* b = tile.b;
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

#pragma GCC unroll 16
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 16
    for (int v = 0; v < width; ++v) sum[i][v].store(tile.c + i * tile.c_stride + column(v));
}

}  // namespace weft::kernels
