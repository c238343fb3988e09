// The caching allocator behind all tensors and graph nodes.
//
// A freed block serves later requests of any size: it is split, and merged with free neighbours. All blocks lie on huge pages. A
// training step in steady state requests no memory from the system. Small blocks come from lists that each thread keeps. There
// are no sizes to configure. All functions may be called from any thread. Under AddressSanitizer, free memory is poisoned.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::memory {

// Returns a block of at least `bytes` bytes, aligned to 64. Its contents are undefined. Throws std::bad_alloc.
void* allocate(std::size_t bytes);

// Frees a block from allocate(); `bytes` must be the same as there.
void release(void* block, std::size_t bytes);

struct Stats {
  std::int64_t live_bytes = 0;     // in use now; small blocks count with their rounded size
  std::int64_t peak_bytes = 0;     // the most since reset_peak(); may miss up to 256 KiB of small blocks per thread list
  std::int64_t system_bytes = 0;   // requested from the system and not returned
  std::int64_t system_blocks = 0;  // number of requests to the system since the start
};
Stats stats();
void reset_peak();

// Returns unused huge pages to the system.
void trim();

}  // namespace weft::memory
