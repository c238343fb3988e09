// Heap: blocks of any size, cut from a range of addresses that grows at its end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace weft::memory {

// Free blocks are split for smaller requests and merged with free neighbours, so that memory freed in one size serves all others.
// A request takes the best fit among the first few blocks in its size bin, otherwise in the next bin that has a block: constant
// time. All memory lies in one range of addresses, which is reserved once and requested from the system as needed, so that new
// memory extends the existing blocks. The heap is never destroyed, because static objects may free their memory last. Any thread
// may call its functions.
class Heap {
 public:
  constexpr Heap() = default;

  // Returns a block of at least `bytes` bytes, aligned to 64. Throws std::bad_alloc.
  void* allocate(std::size_t bytes);
  void release(void* data);
  // Returns the bytes that a block holds: at most 4 KiB more than requested.
  static std::size_t capacity(const void* data);

  // Returns the huge pages inside free blocks to the system.
  void trim();

  struct System {
    std::int64_t bytes = 0;     // requested and not returned
    std::int64_t requests = 0;  // number of requests
  };
  System system() const;

  // Nothing changes while the heap is locked; for forks.
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  struct Block;
  // The end of the memory in use by the heap, the end of the reserved addresses, and the empty block just before `top`.
  struct Range {
    std::byte *top = nullptr, *end = nullptr;
    Block* last = nullptr;
  };
  // Free blocks by size, with 16 bins per power of two.
  class Bins {
   public:
    void insert(Block* block);
    void remove(Block* block);
    Block* find(std::size_t bytes) const;
    Block* any() const;
    Block* take_all();  // a list linked by `next`

   private:
    static constexpr std::size_t kSteps = 16, kBins = 36 * kSteps, kWords = kBins / 64;
    static std::size_t bin_of(std::size_t bytes);
    std::size_t filled_from(std::size_t bin) const;

    std::array<std::uint64_t, kWords> filled_{};  // one bit per bin
    std::array<Block*, kBins> first_{};
  };

  void insert(Block* block);
  void remove(Block* block);
  Block* join(Block* block);
  void split(Block* block, std::size_t bytes);
  Block* take_back(std::size_t bytes);
  void take_back_all();
  Block* grow(std::size_t bytes);
  Block* extend(Range& range, std::size_t bytes);
  static Range reserve(std::size_t bytes);
  static std::size_t huge_bytes(const Block* block);

  mutable std::mutex mutex_;
  Bins free_, returned_;
  Range range_;
  System system_;
};

}  // namespace weft::memory
