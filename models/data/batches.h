// Which examples are held out, and which are trained together: by index, and determined by the seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace weft::text {

struct HeldOutSplit {
  std::vector<std::size_t> train;     // indices in rising order
  std::vector<std::size_t> held_out;  // likewise
};

struct HoldOutOptions {
  double fraction = 0.05;
  std::uint64_t seed = 0;
};

// Holds out round(fraction * count) of the examples 0 .. count - 1, at least one and never all of them. Throws ValueError if
// count < 2 or the fraction is not between 0 and 1.
HeldOutSplit hold_out(std::size_t count, const HoldOutOptions& options = {});

struct BatchOptions {
  std::size_t batch_size = 32;
  std::int64_t batch_tokens =
      0;  // if above 0, used instead: as many as fit, counted as their number times the longest length; at least one
  std::int64_t most_tokens =
      std::numeric_limits<std::int64_t>::max();  // by size: a batch with more tokens, padding included, is made smaller
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::size_t pool_batches =
      100;  // lengths are sorted within this many batches' worth of examples; more means less padding but less randomness
};

// Returns batches of example indices for one epoch: the examples are shuffled and divided into pools, each pool is sorted by
// length and divided into batches, and the batches are shuffled. Each index is in exactly one batch. By size, at most one batch
// is smaller than `batch_size`, unless `most_tokens` requires it. `lengths[i]` is the length of example i, or any other number
// that similar examples share. Throws ValueError if `batch_size` or `pool_batches` is 0 or `batch_tokens` is negative.
std::vector<std::vector<std::size_t>> batches_by_length(std::span<const std::int64_t> lengths, const BatchOptions& options = {});

}  // namespace weft::text
