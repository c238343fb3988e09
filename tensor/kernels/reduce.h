// Sums, maxima and minima of rows and columns. Compiled once per instruction set.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// Element (i, j) is data[i * row_stride + j].
template <class T>
struct Rows {
  const T* data;
  std::int64_t rows, columns, row_stride;
};

// The block sizes of one call; longer reductions are combined from several blocks. Positions inside a block are exact as T.
inline constexpr std::int64_t kRowBlock = 16384;   // columns, when rows are reduced
inline constexpr std::int64_t kColumnBlock = 128;  // rows, when columns are reduced
inline constexpr std::int64_t kColumnTile = 2048;  // columns, when columns are reduced

enum class Extreme { largest, smallest };

// Returns whether `x` replaces `best`: it is better, or the first NaN.
template <Extreme which, class V>
[[gnu::always_inline]] inline auto replaces(V x, V best) {
  return ((which == Extreme::largest ? x > best : x < best) || x != x) && best == best;
}

template <class Set>
struct ReduceKernel {
  // sums[i] = the sum of row i: 4 accumulators of one register each, position j in lane j % size of accumulator (j / size) % 4.
  static void sum_rows(const Rows<float>& x, float* sums);
  static void sum_rows(const Rows<double>& x, double* sums);
  // sums[j] = the sum of column j: one chain from 0 over the rows.
  static void sum_columns(const Rows<float>& x, float* sums);
  static void sum_columns(const Rows<double>& x, double* sums);

  // Finds the largest (smallest) number of each row and its position, which is the first of equal ones; NaN is larger (smaller)
  // than all numbers. `positions` may be null.
  static void extreme_rows(const Rows<float>& x, Extreme which, float* values, std::int64_t* positions);
  static void extreme_rows(const Rows<double>& x, Extreme which, double* values, std::int64_t* positions);
  static void extreme_columns(const Rows<float>& x, Extreme which, float* values, std::int64_t* positions);
  static void extreme_columns(const Rows<double>& x, Extreme which, double* values, std::int64_t* positions);
};

}  // namespace weft::kernels
