// Heap: blocks of any size, cut from address space that grows at its end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace weft::memory {

// Free blocks are split for smaller requests and joined with free neighbours, so that memory freed in one size serves all others.
// A request gets the best fit among the first few blocks of its range of sizes, else of the next range that has one: constant
// time. Memory lies in one range of addresses, reserved once and taken from the system as it is needed, so that what is taken
// later joins what is there. Never destroyed: static objects may free their memory last. Any thread may call.
class Heap {
 public:
  constexpr Heap() = default;

  // A block of at least `bytes`, aligned to 64. Throws std::bad_alloc.
  void* allocate(std::size_t bytes);
  void release(void* data);
  // What a block holds: at most 4 KiB more than was asked for.
  static std::size_t capacity(const void* data);

  // Returns to the system the huge pages that lie in free blocks.
  void trim();

  struct System {
    std::int64_t bytes = 0;     // taken and not returned
    std::int64_t requests = 0;  // how often it was asked
  };
  System system() const;

  // For forks: nothing changes while it is locked.
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  struct Block;
  // The end of what is taken, the end of what is reserved, and the empty block before the first of these.
  struct Range {
    std::byte *top = nullptr, *end = nullptr;
    Block* last = nullptr;
  };
  // Blocks by size, 16 bins per power of two.
  class Bins {
   public:
    void insert(Block* block);
    void remove(Block* block);
    Block* find(std::size_t bytes) const;
    Block* any() const;
    Block* take_all();  // a list by `next`

   private:
    static constexpr std::size_t kSteps = 16, kBins = 36 * kSteps, kWords = kBins / 64;
    static std::size_t bin_of(std::size_t bytes);
    std::size_t filled_from(std::size_t bin) const;

    std::array<std::uint64_t, kWords> filled_{};  // a bit for each bin
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
