#include <weft/tensor/memory/detail/heap.h>
#include <weft/tensor/memory/detail/poison.h>

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <new>
#include <utility>

namespace weft::memory {

namespace {

constexpr std::size_t kHeader = 64;         // before each block; keeps blocks aligned
constexpr std::size_t kLeast = 4 << 10;     // smaller remainders are not split off
constexpr std::size_t kHugePage = 2 << 20;  // the system is asked for multiples of this
constexpr std::size_t kMost = std::size_t{1} << 46;
constexpr int kCompared = 16;  // blocks of a bin that a request compares

std::size_t round_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

std::size_t to_next_huge_page(const std::byte* at) {
  auto address = reinterpret_cast<std::uintptr_t>(at);
  return round_up(address, kHugePage) - address;
}

enum class State : std::uint32_t { used, free, returned };

}  // namespace

// The header of a block; its bytes follow, then the next header. Headers are poisoned, which catches overruns.
struct Heap::Block {
  std::size_t bytes;
  Block* before;           // the neighbour at the lower address, or null
  Block *previous, *next;  // in the list of its bin
  State state;

  std::byte* data() { return reinterpret_cast<std::byte*>(this) + kHeader; }
  [[gnu::no_sanitize_address]] Block* after() { return reinterpret_cast<Block*>(data() + bytes); }
  static Block* of(const void* data) {
    return reinterpret_cast<Block*>(const_cast<std::byte*>(static_cast<const std::byte*>(data)) - kHeader);
  }
};

// --- bins ---

std::size_t Heap::Bins::bin_of(std::size_t bytes) {
  constexpr auto first = static_cast<std::size_t>(std::bit_width(kLeast)) - 1;
  const auto exponent = static_cast<std::size_t>(std::bit_width(bytes)) - 1;
  return (exponent - first) * kSteps + (bytes * kSteps >> exponent) - kSteps;
}

std::size_t Heap::Bins::filled_from(std::size_t bin) const {
  for (std::size_t word = bin / 64, skip = bin % 64; word < kWords; ++word, skip = 0)
    if (std::uint64_t bits = filled_[word] >> skip << skip) return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
  return kBins;
}

[[gnu::no_sanitize_address]] void Heap::Bins::insert(Block* block) {
  const std::size_t bin = bin_of(block->bytes);
  block->previous = nullptr;
  block->next = first_[bin];
  if (block->next) block->next->previous = block;
  first_[bin] = block;
  filled_[bin / 64] |= std::uint64_t{1} << bin % 64;
}

[[gnu::no_sanitize_address]] void Heap::Bins::remove(Block* block) {
  const std::size_t bin = bin_of(block->bytes);
  (block->previous ? block->previous->next : first_[bin]) = block->next;
  if (block->next) block->next->previous = block->previous;
  if (!first_[bin]) filled_[bin / 64] &= ~(std::uint64_t{1} << bin % 64);
}

[[gnu::no_sanitize_address]] Heap::Block* Heap::Bins::find(std::size_t bytes) const {
  for (std::size_t bin = filled_from(bin_of(bytes)); bin < kBins; bin = filled_from(bin + 1)) {
    Block *best = nullptr, *block = first_[bin];
    for (int i = 0; block && i < kCompared; ++i, block = block->next)
      if (block->bytes >= bytes && (!best || block->bytes < best->bytes)) best = block;
    if (best) return best;
  }
  return nullptr;
}

Heap::Block* Heap::Bins::any() const {
  const std::size_t bin = filled_from(0);
  return bin < kBins ? first_[bin] : nullptr;
}

[[gnu::no_sanitize_address]] Heap::Block* Heap::Bins::take_all() {
  Block* all = nullptr;
  while (Block* block = any()) {
    remove(block);
    block->next = std::exchange(all, block);
  }
  return all;
}

// --- blocks ---

[[gnu::no_sanitize_address]] std::size_t Heap::huge_bytes(const Block* block) {
  const std::byte* begin = const_cast<Block*>(block)->data();
  const std::size_t skipped = to_next_huge_page(begin);
  return block->bytes < skipped ? 0 : (block->bytes - skipped) / kHugePage * kHugePage;
}

[[gnu::no_sanitize_address]] void Heap::insert(Block* block) {
  if (block->state == State::free) return free_.insert(block);
  returned_.insert(block);
  system_.bytes -= static_cast<std::int64_t>(huge_bytes(block));
}

[[gnu::no_sanitize_address]] void Heap::remove(Block* block) {
  if (block->state == State::free) return free_.remove(block);
  returned_.remove(block);
  system_.bytes += static_cast<std::int64_t>(huge_bytes(block));
}

// Merges a block that is in no bin with its free neighbours and returns the result.
[[gnu::no_sanitize_address]] Heap::Block* Heap::join(Block* block) {
  Block* next = block->after();
  if (next->state == State::free) {
    free_.remove(next);
    block->bytes += kHeader + next->bytes;
  }
  if (Block* before = block->before; before && before->state == State::free) {
    free_.remove(before);
    before->bytes += kHeader + block->bytes;
    block = before;
  }
  block->after()->before = block;
  block->state = State::free;
  return block;
}

// Cuts a block that is in no bin down to `bytes`; the remainder gets the same state.
[[gnu::no_sanitize_address]] void Heap::split(Block* block, std::size_t bytes) {
  if (block->bytes < bytes + kHeader + kLeast) return;
  auto* rest = reinterpret_cast<Block*>(block->data() + bytes);
  rest->bytes = block->bytes - bytes - kHeader;
  rest->before = block;
  rest->state = block->state;
  rest->after()->before = rest;
  block->bytes = bytes;
  insert(rest);
}

// --- the system ---

// Reserves addresses for all the memory of the machine, which cost nothing until they are used. If the process's address space is
// limited, reserves an eighth of the limit.
Heap::Range Heap::reserve(std::size_t bytes) {
  auto memory = static_cast<std::size_t>(std::max(0l, sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE)));
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    memory = std::min(memory, static_cast<std::size_t>(limit.rlim_cur) / 8);
  const std::size_t least = round_up(bytes, kHugePage);
  for (std::size_t wanted = std::max(least, round_up(memory, kHugePage));;
       wanted = std::max(least, round_up(wanted / 2, kHugePage))) {
    void* map = mmap(nullptr, wanted + kHugePage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED && wanted > least) continue;
    if (map == MAP_FAILED) throw std::bad_alloc();
    auto* start = static_cast<std::byte*>(map);
    const std::size_t skipped = to_next_huge_page(start);
    if (skipped > 0) munmap(start, skipped);
    munmap(start + skipped + wanted, kHugePage - skipped);
    madvise(start + skipped, wanted, MADV_HUGEPAGE);
    return {start + skipped, start + skipped + wanted, nullptr};
  }
}

// Extends the memory at the top, and the free block that may end there, so that a block of `bytes` fits. Returns null if that is
// not possible.
[[gnu::no_sanitize_address]] Heap::Block* Heap::extend(Range& range, std::size_t bytes) {
  Block *block = range.last, *before = block ? block->before : nullptr;
  const std::size_t there = before && before->state == State::free ? kHeader + before->bytes : 0;
  const std::size_t needed = bytes + 2 * kHeader;
  const std::size_t least = needed > there ? needed - there : 1, left = static_cast<std::size_t>(range.end - range.top);
  // Takes a sixteenth of the present size as a reserve; untouched pages cost nothing.
  std::size_t taken = std::min(left, round_up(std::max(least, static_cast<std::size_t>(system_.bytes) / 16), kHugePage));
  const auto take = [&] { return taken >= least && mprotect(range.top, taken, PROT_READ | PROT_WRITE) == 0; };
  if (!take()) {
    taken = std::min(left, round_up(least, kHugePage));
    if (!take()) return nullptr;
  }
  system_.bytes += static_cast<std::int64_t>(taken);
  ++system_.requests;
  look_for_pointers(range.top, taken);
  poison(range.top, taken);
  if (!block) *(block = reinterpret_cast<Block*>(range.top)) = {};
  range.top += taken;
  range.last = reinterpret_cast<Block*>(range.top - kHeader);
  *range.last = {.bytes = 0, .before = block, .previous = nullptr, .next = nullptr, .state = State::used};
  block->bytes = static_cast<std::size_t>(reinterpret_cast<std::byte*>(range.last) - block->data());
  return join(block);
}

Heap::Block* Heap::grow(std::size_t bytes) {
  if (range_.top)
    if (Block* block = extend(range_, bytes)) return block;
  Range range = reserve(bytes + 2 * kHeader);
  Block* block = extend(range, bytes);
  if (!block) {
    munmap(range.top, static_cast<std::size_t>(range.end - range.top));
    throw std::bad_alloc();
  }
  if (range_.top && range_.end > range_.top) munmap(range_.top, static_cast<std::size_t>(range_.end - range_.top));
  range_ = range;
  return block;
}

// Returns a block that trim() gave back, merged with neighbours of its kind, or null if there is none.
[[gnu::no_sanitize_address]] Heap::Block* Heap::take_back(std::size_t bytes) {
  if (!returned_.any()) return nullptr;
  ++system_.requests;
  Block* block = returned_.find(bytes);
  if (!block) {
    take_back_all();
    block = free_.find(bytes);
  }
  if (block) remove(block);
  return block;
}

[[gnu::no_sanitize_address]] void Heap::take_back_all() {
  while (Block* block = returned_.any()) {
    remove(block);
    insert(join(block));
  }
}

[[gnu::no_sanitize_address]] void Heap::trim() {
  std::lock_guard lock(mutex_);
  take_back_all();
  for (Block *block = free_.take_all(), *next; block; block = next) {
    next = block->next;
    if (const std::size_t bytes = huge_bytes(block); bytes > 0) {
      madvise(block->data() + to_next_huge_page(block->data()), bytes, MADV_DONTNEED);
      block->state = State::returned;
    }
    insert(block);
  }
}

// --- what callers see ---

[[gnu::no_sanitize_address]] void* Heap::allocate(std::size_t bytes) {
  if (bytes > kMost) throw std::bad_alloc();
  bytes = round_up(std::max(bytes, kLeast), kHeader);
  std::lock_guard lock(mutex_);
  Block* block = free_.find(bytes);
  if (block)
    free_.remove(block);
  else if (block = take_back(bytes); !block)
    block = grow(bytes);
  split(block, bytes);
  block->state = State::used;
  return block->data();
}

void Heap::release(void* data) {
  std::lock_guard lock(mutex_);
  insert(join(Block::of(data)));
}

[[gnu::no_sanitize_address]] std::size_t Heap::capacity(const void* data) { return Block::of(data)->bytes; }

Heap::System Heap::system() const {
  std::lock_guard lock(mutex_);
  return system_;
}

}  // namespace weft::memory
