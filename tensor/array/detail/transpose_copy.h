// Copies of matrices that are stored transposed.
#pragma once

#include <cstdint>

namespace weft {

// A matrix whose rows are contiguous and `stride` elements apart.
template <class T>
struct Rows {
  T* data;
  std::int64_t stride;
};

// to[r][c] = from[c][r] for r < rows, c < columns. T is std::uint8_t, std::uint32_t or std::uint64_t, according to the size of
// the elements. `to` and `from` must not overlap.
template <class T>
void transpose_copy(Rows<T> to, Rows<const T> from, std::int64_t rows, std::int64_t columns);

}  // namespace weft
