// The caching allocator behind all tensors and graph nodes.
//
// A freed block serves later requests of any size: it is split, and joined with free neighbours. All lie on huge pages. A
// training step in steady state takes nothing from the system. Small blocks come from lists that each thread keeps. There are no
// sizes to set. All functions may be called from any thread. Under AddressSanitizer what is free is poisoned.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::memory {

// A block of at least `bytes`, aligned to 64. Contents are undefined. Throws std::bad_alloc.
void* allocate(std::size_t bytes);

// Gives back a block from allocate(), with the same `bytes`.
void release(void* block, std::size_t bytes);

struct Stats {
  std::int64_t live_bytes = 0;     // in use now; small blocks are rounded up to their sizes
  std::int64_t peak_bytes = 0;     // the most since reset_peak(); of small blocks up to 256 KiB in a list may be missing
  std::int64_t system_bytes = 0;   // taken from the system and not returned
  std::int64_t system_blocks = 0;  // how often the system was asked since the start
};
Stats stats();
void reset_peak();

// Returns to the system the huge pages that nobody uses.
void trim();

}  // namespace weft::memory
