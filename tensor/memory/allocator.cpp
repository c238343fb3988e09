#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/memory/detail/fork.h>
#include <weft/tensor/memory/detail/heap.h>
#include <weft/tensor/memory/detail/poison.h>

#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <new>
#include <utility>

namespace weft::memory {

namespace {

constexpr std::size_t kUnit = 64;
constexpr std::size_t kSmall =
    (8 << 10) + kUnit;                    // threads keep lists of blocks up to this size: a tensor of 8 KiB with its header
constexpr std::size_t kSlab = 16 << 10;   // the least memory that is cut into small blocks
constexpr std::size_t kKept = 256 << 10;  // the most bytes that a thread keeps in one list
constexpr std::size_t kClasses = 41;
constexpr auto kFull = ~std::uint32_t{0};

// The sizes of small blocks: 64, 128, ... 1024, then eight per power of two, so that at most an eighth is wasted.
struct Classes {
  std::array<std::uint32_t, kClasses> bytes{}, kept{};
  std::array<std::uint8_t, kSmall / kUnit + 1> of_units{};  // the smallest class that holds a number of units

  constexpr Classes() {
    std::size_t units = 1, next = 0;
    for (std::size_t index = 0; index < kClasses; ++index) {
      units = std::min(units, kSmall / kUnit);
      bytes[index] = static_cast<std::uint32_t>(units * kUnit);
      kept[index] = static_cast<std::uint32_t>(kKept) / bytes[index];
      for (; next <= units; ++next) of_units[next] = static_cast<std::uint8_t>(index);
      units += std::max<std::size_t>(1, std::bit_floor(units) / 8);
    }
  }
};
constexpr Classes kClass;
static_assert(kClass.bytes.back() == kSmall);

std::size_t class_of(std::size_t bytes) { return kClass.of_units[(bytes + kUnit - 1) / kUnit]; }

struct Free {
  Free* next;
};

struct List {
  Free* first = nullptr;
  std::uint32_t count = 0;

  [[gnu::no_sanitize_address]] void push(void* block) {
    first = new (block) Free{first};
    ++count;
  }
  [[gnu::no_sanitize_address]] void* pop() {
    Free* block = first;
    first = block->next;
    --count;
    return block;
  }
  void move(std::uint32_t some, List& to) {
    for (; some > 0 && first; --some) to.push(pop());
  }
};

// The small blocks that a thread keeps. Before the thread is enlisted, and after its end, the lists are empty and marked as full.
struct Cache {
  std::array<List, kClasses> lists;
  std::atomic<std::int64_t> live{0};  // bytes this thread allocated minus freed since it last added them to the total
  Cache* next = nullptr;
  bool enlisted = false, gone = false;

  constexpr Cache() { close(); }
  constexpr void close() { lists.fill({nullptr, kFull}); }
  // Only the owning thread writes, so a load and a store suffice.
  void count(std::int64_t bytes) { live.store(live.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed); }
};

// These have no destructors, because static tensors are freed after all objects that have one.
constinit Heap heap;
constinit std::mutex mutex;  // guards the two variables below
constinit std::array<List, kClasses> shared_lists;
constinit Cache* caches = nullptr;
constinit thread_local Cache cache;

std::atomic<std::int64_t> live_bytes{0}, peak_bytes{0};

// Adds to the live bytes and updates the peak. The peak is updated only here: when memory is taken from the heap, and when
// statistics are read.
void count_live(std::int64_t bytes) {
  bytes += cache.live.load(std::memory_order_relaxed);
  cache.live.store(0, std::memory_order_relaxed);
  const std::int64_t live = live_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  for (std::int64_t peak = peak_bytes.load(std::memory_order_relaxed); live > peak;)
    if (peak_bytes.compare_exchange_weak(peak, live, std::memory_order_relaxed)) return;
}

// Returns a thread's blocks to the shared lists when the thread ends.
struct CacheEnd {
  ~CacheEnd() {
    std::lock_guard lock(mutex);
    count_live(0);
    for (std::size_t i = 0; i < kClasses; ++i) cache.lists[i].move(kFull, shared_lists[i]);
    cache.close();
    cache.gone = true;
    Cache** at = &caches;
    while (*at != &cache) at = &(*at)->next;
    *at = cache.next;
  }
};

// Gives the thread its lists; the mutex must be held. Returns false if the thread is ending.
bool enlist() {
  if (cache.gone || cache.enlisted) return !cache.gone;
  static thread_local CacheEnd end;
  static_cast<void>(end);
  cache.lists.fill({});
  cache.next = std::exchange(caches, &cache);
  return cache.enlisted = true;
}

// In the child of a fork the other threads are gone, and so are their lists. The blocks in those are lost, because a thread may
// have been changing its list at the time of the fork.
void keep_own_cache_only() {
  for (const Cache* other = caches; other; other = other->next)
    if (other != &cache) live_bytes += other->live.load(std::memory_order_relaxed);
  caches = cache.enlisted && !cache.gone ? &cache : nullptr;
  cache.next = nullptr;
}

[[gnu::noinline]] void* allocate_listless(std::size_t index) {
  survive_forks();
  std::lock_guard lock(mutex);
  List& shared = shared_lists[index];
  List& list = enlist() ? cache.lists[index] : shared;
  count_live(0);
  if (&list != &shared) shared.move(kClass.kept[index] / 2, list);
  if (!list.first) {
    const std::size_t each = kClass.bytes[index];
    auto* slab = static_cast<std::byte*>(heap.allocate(std::max(kSlab, 8 * each)));
    const std::size_t bytes = Heap::capacity(slab);
    for (std::size_t at = bytes / each * each; at > 0; at -= each) list.push(slab + at - each);
  }
  return list.pop();
}

[[gnu::noinline]] void release_full(std::size_t index, void* block) {
  std::lock_guard lock(mutex);
  if (!enlist()) {
    count_live(0);  // this thread will not be counted again
    return shared_lists[index].push(block);
  }
  List& list = cache.lists[index];
  list.push(block);
  if (list.count > kClass.kept[index]) list.move(list.count / 2, shared_lists[index]);
}

void* allocate_small(std::size_t index) {
  List& list = cache.lists[index];
  void* block = list.first ? list.pop() : allocate_listless(index);
  cache.count(kClass.bytes[index]);
  return block;
}

void release_small(std::size_t index, void* block) {
  List& list = cache.lists[index];
  cache.count(-std::int64_t{kClass.bytes[index]});
  list.count < kClass.kept[index] ? list.push(block) : release_full(index, block);
}

std::int64_t all_live() {
  std::lock_guard lock(mutex);
  count_live(0);
  std::int64_t live = live_bytes;
  for (const Cache* other = caches; other; other = other->next) live += other->live.load(std::memory_order_relaxed);
  return live;
}

}  // namespace

void survive_forks() {
  static const int registered = pthread_atfork([] { mutex.lock(), heap.lock(); }, [] { heap.unlock(), mutex.unlock(); },
                                               [] { keep_own_cache_only(), heap.unlock(), mutex.unlock(); });
  static_cast<void>(registered);
}

void* allocate(std::size_t bytes) {
  void* block;
  if (bytes <= kSmall) {
    block = allocate_small(class_of(bytes));
  } else {
    survive_forks();
    block = heap.allocate(bytes);
    count_live(static_cast<std::int64_t>(bytes));
  }
  unpoison(block, bytes);
  return block;
}

void release(void* block, std::size_t bytes) {
  if (bytes <= kSmall) {
    const std::size_t index = class_of(bytes);
    poison(block, kClass.bytes[index]);
    release_small(index, block);
  } else {
    poison(block, Heap::capacity(block));
    count_live(-static_cast<std::int64_t>(bytes));
    heap.release(block);
  }
}

Stats stats() {
  const std::int64_t live = all_live();
  const Heap::System system = heap.system();
  return {live, std::max(live, peak_bytes.load()), system.bytes, system.requests};
}

void reset_peak() { peak_bytes = all_live(); }

void trim() { heap.trim(); }

}  // namespace weft::memory
