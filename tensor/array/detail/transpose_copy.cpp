// Square tiles pass through a buffer. Rows of a matrix whose stride is a power of two map to the same few sets of a cache, which
// cannot hold a tile of them. Therefore each cache line of the source is read whole and once, and each line of the target is
// written whole and once. Lines of a large target bypass the caches, which saves reading them first.
#include <weft/tensor/array/detail/transpose_copy.h>

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weft {

namespace {

constexpr std::int64_t kLine = 64;              // bytes in a line of the cache
constexpr std::int64_t kStreamFrom = 8 << 20;   // bytes; a target this large leaves the caches before it is read again
constexpr std::int64_t kTileBytes = 4 * kLine;  // the most bytes in a row of a tile
constexpr std::int64_t kStrip = 4;              // rows transposed at a time

template <class T>
constexpr std::int64_t kSide = std::min<std::int64_t>(64, kTileBytes / static_cast<std::int64_t>(sizeof(T)));

// Returns whether rows of `to` can be written as whole lines that are not worth keeping in a cache.
template <class T>
bool streams(Rows<T> to, std::int64_t rows, std::int64_t columns) {
#if defined(__SSE2__)
  constexpr std::int64_t size = sizeof(T);
  return rows * columns * size >= kStreamFrom && reinterpret_cast<std::uintptr_t>(to.data) % kLine == 0 &&
         to.stride * size % kLine == 0;
#else
  (void)to, (void)rows, (void)columns;
  return false;
#endif
}

// Writes kSide elements, which fill whole cache lines.
template <class T>
void stream(T* to, const T* from) {
#if defined(__SSE2__)
  for (std::int64_t i = 0; i < kSide<T>; i += 16 / static_cast<std::int64_t>(sizeof(T)))
    _mm_stream_si128(reinterpret_cast<__m128i*>(to + i), _mm_load_si128(reinterpret_cast<const __m128i*>(from + i)));
#else
  std::memcpy(to, from, kSide<T> * sizeof(T));
#endif
}

void end_stream() {
#if defined(__SSE2__)
  _mm_sfence();  // makes the lines visible to other threads before they learn that the copy is done
#endif
}

// to[r][c] = from[c][r] for r, c < 4; rows of both are kSide elements apart.
template <class T>
void turn(const T* from, T* to) {
  constexpr std::int64_t side = kSide<T>;
  if constexpr (sizeof(T) == 4) {
    typedef T Four __attribute__((vector_size(16)));
    Four row[4];
    for (int i = 0; i < 4; ++i) std::memcpy(&row[i], from + i * side, sizeof(Four));
    const Four low01 = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5),
               low23 = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    const Four high01 = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7),
               high23 = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    row[0] = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
    row[1] = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
    row[2] = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
    row[3] = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
    for (int i = 0; i < 4; ++i) std::memcpy(to + i * side, &row[i], sizeof(Four));
  } else {
    for (int r = 0; r < 4; ++r)
      for (int c = 0; c < 4; ++c) to[r * side + c] = from[c * side + r];
  }
}

template <class T>
struct Tile {
  alignas(kLine) T source[kSide<T>][kSide<T>];
  alignas(kLine) T strip[kStrip][kSide<T>];

  void read(Rows<const T> from, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t c = 0; c < columns; ++c)
      std::memcpy(source[c], from.data + c * from.stride, static_cast<std::size_t>(rows) * sizeof(T));
  }

  void copy(Rows<T> to, Rows<const T> from, bool streaming) {
    read(from, kSide<T>, kSide<T>);
    for (std::int64_t r = 0; r < kSide<T>; r += kStrip) {
      for (std::int64_t c = 0; c < kSide<T>; c += 4) turn(&source[c][r], &strip[0][c]);
      for (std::int64_t i = 0; i < kStrip; ++i) {
        T* row = to.data + (r + i) * to.stride;
        if (streaming)
          stream(row, strip[i]);
        else
          std::memcpy(row, strip[i], sizeof strip[i]);
      }
    }
  }

  // Copies a partial tile at the end of the rows or columns.
  void copy_fringe(Rows<T> to, Rows<const T> from, std::int64_t rows, std::int64_t columns) {
    read(from, rows, columns);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < columns; ++c) strip[0][c] = source[c][r];
      std::memcpy(to.data + r * to.stride, strip[0], static_cast<std::size_t>(columns) * sizeof(T));
    }
  }
};

}  // namespace

template <class T>
void transpose_copy(Rows<T> to, Rows<const T> from, std::int64_t rows, std::int64_t columns) {
  Tile<T> tile;
  const bool streaming = streams(to, rows, columns);
  // Goes down the columns of the target, so that rows of the source are read in one sweep.
  for (std::int64_t column = 0; column < columns; column += kSide<T>)
    for (std::int64_t row = 0; row < rows; row += kSide<T>) {
      const Rows<T> target{to.data + row * to.stride + column, to.stride};
      const Rows<const T> source{from.data + column * from.stride + row, from.stride};
      const std::int64_t high = std::min(kSide<T>, rows - row), wide = std::min(kSide<T>, columns - column);
      if (high == kSide<T> && wide == kSide<T>)
        tile.copy(target, source, streaming);
      else
        tile.copy_fringe(target, source, high, wide);
    }
  if (streaming) end_stream();
}

template void transpose_copy(Rows<std::uint8_t>, Rows<const std::uint8_t>, std::int64_t, std::int64_t);
template void transpose_copy(Rows<std::uint32_t>, Rows<const std::uint32_t>, std::int64_t, std::int64_t);
template void transpose_copy(Rows<std::uint64_t>, Rows<const std::uint64_t>, std::int64_t, std::int64_t);

}  // namespace weft
