// Philox4x32-10 and the random numbers made from it. Compiled once per instruction set; all sets give the same words. Salmon,
// Moraes, Dror, Shaw 2011: Parallel random numbers: as easy as 1, 2, 3.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// Block b of a plane of a stream is Philox with this key on the counter (b's low half, b's high half + plane 2^30, stream's low
// half, stream's high half).
struct PhiloxKey {
  std::uint64_t seed;
  std::uint64_t stream;
  std::uint32_t plane;
};

// Rows of `width` blocks: the block at (row, column) is Philox with key `seed` on this counter, with `column` added to its word 0
// and `row` to its word `row_word`.
struct PhiloxRows {
  std::uint64_t seed;
  std::uint32_t counter[4];
  int row_word;
  std::int64_t width;
};

template <class Set>
struct PhiloxKernel {
  // Writes the four words of each of the blocks first .. first + count - 1, in order.
  static void words(const PhiloxKey& key, std::uint64_t first, std::int64_t count, std::uint32_t* words);

  // The same for blocks of rows, counted from the first one of row 0.
  static void row_words(const PhiloxRows& rows, std::int64_t first, std::int64_t count, std::uint32_t* words);

  // Replaces pairs of uniform numbers in (0, 1] and [0, 1) by pairs of independent normal numbers (Box and Muller's method):
  // sqrt(-2 log u) cos(2 pi v) and sqrt(-2 log u) sin(2 pi v), times stddev, plus mean.
  static void normal(float* u, float* v, std::int64_t count, double mean, double stddev);
  static void normal(double* u, double* v, std::int64_t count, double mean, double stddev);
};

}  // namespace weft::kernels
