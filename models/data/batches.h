// Which examples are held out, and which are trained on together: all by index, all fixed by the seed.
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

// Holds out round(fraction * count) of the examples 0 .. count - 1, at least one and never all of them.
// Throws ValueError when count < 2 or the fraction is not between 0 and 1.
HeldOutSplit hold_out(std::size_t count, const HoldOutOptions& options = {});

struct BatchOptions {
  std::size_t batch_size = 32;
  std::int64_t batch_tokens = 0;  // above 0: instead, as many as fit: their number times the longest one's length; at least one
  std::int64_t most_tokens =
      std::numeric_limits<std::int64_t>::max();  // by size: a batch that has more with its padding is smaller
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::size_t pool_batches =
      100;  // lengths are sorted among this many batches' worth of examples; more: less padding, less chance
};

// Batches of example indices for one epoch: the examples are shuffled and cut into pools, each pool is sorted by length and cut
// into batches, and the batches are shuffled. Each index stands in exactly one batch; by size at most one batch is smaller than
// `batch_size`, but for `most_tokens`. `lengths[i]` is the length of example i, or any other number that similar examples share.
// Throws ValueError when `batch_size` or `pool_batches` is 0 or `batch_tokens` negative.
std::vector<std::vector<std::size_t>> batches_by_length(std::span<const std::int64_t> lengths, const BatchOptions& options = {});

}  // namespace weft::text
