// The caching allocator behind all tensors and graph nodes.
//
// Freed blocks are kept by size class and handed out again, so that a training step in steady state takes nothing from the
// system. Large blocks stand on huge pages. There are no sizes to set. All functions may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::memory {

// A block of at least `bytes`, aligned to 64. Contents are undefined. Throws std::bad_alloc.
void* allocate(std::size_t bytes);

// Gives back a block from allocate(), with the same `bytes`.
void release(void* block, std::size_t bytes);

struct Stats {
  std::int64_t live_bytes = 0;     // in use now, rounded up to size classes
  std::int64_t peak_bytes = 0;     // the most that was in use since reset_peak()
  std::int64_t system_bytes = 0;   // taken from the system and not returned
  std::int64_t system_blocks = 0;  // how often the system was asked since the start
};
Stats stats();
void reset_peak();

// Returns to the system the large blocks that nobody uses.
void trim();

}  // namespace weft::memory
