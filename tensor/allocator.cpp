#include <weft/tensor/allocator.h>

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>

namespace weft::memory {

namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kSmallest = 64;
constexpr std::size_t kSmall = 8 << 10;     // up to here blocks are cached per thread and carved from slabs
constexpr std::size_t kSlab = 256 << 10;    // one request to the system for small blocks
constexpr std::size_t kHugePage = 2 << 20;  // from here on blocks are mapped, aligned to huge pages
constexpr std::size_t kSteps = 8;           // size classes per power of two
constexpr std::size_t kClasses = 48 * kSteps;

struct Free {
  Free* next;
};
using Lists = std::array<Free*, kClasses>;

struct Class {
  std::size_t index, bytes;
};

// Classes are 64, 72, 80, ... 128, 144, ...: eight per power of two, so that at most an eighth is wasted.
Class class_of(std::size_t bytes) {
  if (bytes < kSmallest) bytes = kSmallest;
  auto exponent = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 1;  // 2^exponent < bytes <= 2^(exponent + 1)
  std::size_t base = std::size_t{1} << exponent, step = base / kSteps;
  std::size_t above = (bytes - base + step - 1) / step;
  return {(exponent - 5) * kSteps + above, base + above * step};
}

std::size_t round_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

std::atomic<std::int64_t> live_bytes{0}, peak_bytes{0}, system_bytes{0}, system_blocks{0};

// Kept for the life of the process, so that tensors of static storage duration can still be freed.
struct Shared {
  std::mutex mutex;
  Lists lists{};
};
Shared& shared() {
  static Shared* value = new Shared;
  return *value;
}

void* from_system(std::size_t bytes) {
  auto count = [&] {
    system_bytes += static_cast<std::int64_t>(bytes);
    ++system_blocks;
  };
  if (bytes < kHugePage) {
    void* block = std::aligned_alloc(kAlignment, round_up(bytes, kAlignment));
    if (!block) throw std::bad_alloc();
    count();
    return block;
  }
  std::size_t mapped = round_up(bytes, kHugePage) + kHugePage;
  void* map = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) throw std::bad_alloc();
  auto start = reinterpret_cast<std::uintptr_t>(map), aligned = round_up(start, kHugePage),
       end = aligned + round_up(bytes, kHugePage);
  if (aligned > start) munmap(map, aligned - start);
  if (end < start + mapped) munmap(reinterpret_cast<void*>(end), start + mapped - end);
  auto* block = reinterpret_cast<void*>(aligned);
  madvise(block, end - aligned, MADV_HUGEPAGE);
  count();
  return block;
}

void to_system(void* block, std::size_t bytes) {
  system_bytes -= static_cast<std::int64_t>(bytes);
  if (bytes < kHugePage)
    std::free(block);
  else
    munmap(block, round_up(bytes, kHugePage));
}

void push(Lists& lists, std::size_t index, void* block) { lists[index] = new (block) Free{lists[index]}; }

void* pop(Lists& lists, std::size_t index) {
  Free* block = lists[index];
  if (block) lists[index] = block->next;
  return block;
}

// Cuts a slab into small blocks of one class.
void refill(Lists& lists, Class c) {
  std::size_t each = round_up(c.bytes, kAlignment);
  auto* slab = static_cast<std::byte*>(from_system(kSlab));
  for (std::size_t at = 0; at + each <= kSlab; at += each) push(lists, c.index, slab + at);
}

// Small blocks of this thread; on its end they go to the shared lists.
struct ThreadCache {
  Lists lists{};
  ~ThreadCache();
};
thread_local bool cache_gone = false;
thread_local ThreadCache cache;

ThreadCache::~ThreadCache() {
  cache_gone = true;
  std::lock_guard lock(shared().mutex);
  for (std::size_t i = 0; i < kClasses; ++i)
    while (void* block = pop(lists, i)) push(shared().lists, i, block);
}

void* allocate_small(Class c) {
  if (!cache_gone)
    if (void* block = pop(cache.lists, c.index)) return block;
  std::lock_guard lock(shared().mutex);
  if (void* block = pop(shared().lists, c.index)) return block;
  Lists& lists = cache_gone ? shared().lists : cache.lists;
  refill(lists, c);
  return pop(lists, c.index);
}

void* allocate_large(Class c) {
  if (c.index >= kClasses) throw std::bad_alloc();
  {
    std::lock_guard lock(shared().mutex);
    if (void* block = pop(shared().lists, c.index)) return block;
  }
  return from_system(c.bytes);
}

}  // namespace

void* allocate(std::size_t bytes) {
  Class c = class_of(bytes);
  void* block = c.bytes <= kSmall ? allocate_small(c) : allocate_large(c);
  auto live =
      live_bytes.fetch_add(static_cast<std::int64_t>(c.bytes), std::memory_order_relaxed) + static_cast<std::int64_t>(c.bytes);
  for (auto peak = peak_bytes.load(std::memory_order_relaxed); live > peak && !peak_bytes.compare_exchange_weak(peak, live);) {
  }
  return block;
}

void release(void* block, std::size_t bytes) {
  Class c = class_of(bytes);
  live_bytes.fetch_sub(static_cast<std::int64_t>(c.bytes), std::memory_order_relaxed);
  if (c.bytes <= kSmall && !cache_gone) {
    push(cache.lists, c.index, block);
    return;
  }
  std::lock_guard lock(shared().mutex);
  push(shared().lists, c.index, block);
}

Stats stats() { return {live_bytes, peak_bytes, system_bytes, system_blocks}; }

void reset_peak() { peak_bytes = live_bytes.load(); }

void trim() {
  std::lock_guard lock(shared().mutex);
  Class first = class_of(kSmall + 1);
  std::size_t bytes = first.bytes;
  for (std::size_t i = first.index; i < kClasses; ++i, bytes = class_of(bytes + 1).bytes)
    while (void* block = pop(shared().lists, i)) to_system(block, bytes);
}

}  // namespace weft::memory
