// Copies of matrices that lie the other way round in memory.
#pragma once

#include <cstdint>

namespace weft {

// A matrix of elements of one size: rows `stride` elements apart, each in one piece.
template <class T>
struct Rows {
  T* data;
  std::int64_t stride;
};

// to[r][c] = from[c][r] for r < rows, c < columns. T is std::uint8_t, std::uint32_t or std::uint64_t, by the size of the
// elements. The memory of `to` and `from` may not overlap.
template <class T>
void transpose_copy(Rows<T> to, Rows<const T> from, std::int64_t rows, std::int64_t columns);

}  // namespace weft
