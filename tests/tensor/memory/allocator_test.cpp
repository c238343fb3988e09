#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/memory/detail/heap.h>
#include <weft/tensor/memory/detail/poison.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "tests/numbers.h"

using namespace weft;

TEST_CASE("allocator: blocks are aligned, usable to the end and counted") {
  auto before = memory::stats();
  for (std::size_t bytes : {0ul, 1ul, 63ul, 64ul, 65ul, 1000ul, 8191ul, 8193ul, 100000ul, 2000000ul, 5000000ul}) {
    void* block = memory::allocate(bytes);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
    std::memset(block, 1, bytes);
    CHECK(memory::stats().live_bytes >= before.live_bytes + static_cast<std::int64_t>(bytes));
    memory::release(block, bytes);
    CHECK(memory::stats().live_bytes == before.live_bytes);
  }
}

TEST_CASE("allocator: repeated work requests nothing from the system after the first rounds") {
  auto step = [] {
    Tensor x = ones({300, 300}), y = exp(x) * x + 1;
    std::vector<Tensor> kept;
    for (std::int64_t n = 1; n < 5000; n += 97) kept.push_back(ones({n}));
    for (int i = 0; i < 10; ++i) y = tanh(y + kept[3].at({0}));
  };
  for (int i = 0; i < 3; ++i) step();
  std::int64_t blocks = memory::stats().system_blocks, bytes = memory::stats().system_bytes;
  for (int i = 0; i < 20; ++i) step();
  CHECK(memory::stats().system_blocks == blocks);
  CHECK(memory::stats().system_bytes == bytes);
}

TEST_CASE("allocator: peak and trim work") {
  memory::trim();
  auto before = memory::stats();
  memory::reset_peak();
  constexpr std::int64_t size = 10 << 20;
  { Tensor x({size}, DType::u8); }
  CHECK(memory::stats().peak_bytes >= before.live_bytes + size);
  CHECK(memory::stats().live_bytes == before.live_bytes);
  const std::int64_t held = memory::stats().system_bytes;
  memory::trim();
  CHECK(memory::stats().system_bytes <= held - size + (4 << 20));  // except parts of huge pages at both ends
  memory::reset_peak();
  CHECK(memory::stats().peak_bytes == before.live_bytes);
}

TEST_CASE("allocator: a failed allocation does not change the counters") {
  auto before = memory::stats();
  CHECK_THROWS_AS(Tensor({std::int64_t{1} << 50}, DType::f64), Error);
  CHECK(memory::stats().system_bytes == before.system_bytes);
  CHECK(memory::stats().system_blocks == before.system_blocks);
  CHECK(memory::stats().live_bytes == before.live_bytes);
}

TEST_CASE("allocator: threads can allocate, hand over and free concurrently") {
  std::int64_t live = memory::stats().live_bytes;
  std::atomic<int> wrong{0};
  for (int round = 0; round < 3; ++round) {
    std::vector<std::vector<Tensor>> made(4);
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < made.size(); ++t)
      workers.emplace_back([&, t] {
        Numbers random(t);
        for (int i = 0; i < 500; ++i) {
          Tensor x = full({1 + random.below(i % 50 ? 300 : 100000)}, static_cast<double>(t), DType::i32);
          if (i % 2) made[t].push_back(x);
          for (std::int32_t value : x.span<std::int32_t>()) wrong += value != static_cast<std::int32_t>(t);
        }
      });
    for (std::thread& worker : workers) worker.join();
    for (std::size_t t = 0; t < made.size(); ++t)
      for (const Tensor& x : made[t])
        for (std::int32_t value : x.span<std::int32_t>()) wrong += value != static_cast<std::int32_t>(t);
  }
  CHECK(wrong == 0);
  CHECK(memory::stats().live_bytes == live);
}

TEST_CASE("allocator: small blocks that another thread frees are reused") {
  constexpr std::size_t bytes = 128, kept = (256 << 10) / bytes;  // this thread keeps half of that or more, up to all of it,
  std::vector<void*> blocks(20 * kept / 2);                       // and as many after each round, as it hands on by halves
  const auto round = [&] {
    std::thread([&] { std::generate(blocks.begin(), blocks.end(), [] { return memory::allocate(bytes); }); }).join();
    for (void* block : blocks) memory::release(block, bytes);
  };
  round();
  round();
  const std::int64_t system = memory::stats().system_bytes, live = memory::stats().live_bytes;
  for (int i = 0; i < 20; ++i) round();
  CHECK(memory::stats().system_bytes == system);
  CHECK(memory::stats().live_bytes == live);
}

TEST_CASE("allocator: free memory is poisoned for AddressSanitizer") {
  for (std::size_t bytes : {100ul, 5000ul, 100000ul, 5000000ul}) {
    auto* block = static_cast<std::byte*>(memory::allocate(bytes));
    CHECK_FALSE(memory::poisoned(block));
    CHECK_FALSE(memory::poisoned(block + bytes - 1));
    CHECK(memory::poisoned(block + memory::kPoisons * (bytes + 3)) == memory::kPoisons);
    memory::release(block, bytes);
    CHECK(memory::poisoned(block) == memory::kPoisons);
    CHECK(memory::poisoned(block + bytes / 2) == memory::kPoisons);
  }
}

namespace {

// A heap and the blocks taken from it, each filled with a different number.
struct FilledHeap {
  struct Filled {
    unsigned char* data;
    std::size_t bytes;
    unsigned char value;
  };
  memory::Heap& heap;
  std::vector<Filled> blocks;

  void allocate(std::size_t bytes, unsigned char value) {
    auto* data = static_cast<unsigned char*>(heap.allocate(bytes));
    memory::unpoison(data, memory::Heap::capacity(data));
    CHECK(reinterpret_cast<std::uintptr_t>(data) % 64 == 0);
    CHECK(memory::Heap::capacity(data) >= bytes);
    CHECK(memory::Heap::capacity(data) <= std::max<std::size_t>(bytes, 4096) + 64 + 4096);
    std::memset(data, value, memory::Heap::capacity(data));
    blocks.push_back({data, memory::Heap::capacity(data), value});
  }
  void release(std::size_t i) {
    const Filled block = blocks[i];
    CHECK(std::all_of(block.data, block.data + block.bytes, [&](unsigned char at) { return at == block.value; }));
    heap.release(block.data);
    blocks[i] = blocks.back();
    blocks.pop_back();
  }
};

}  // namespace

TEST_CASE("heap: blocks keep their contents while others are allocated, freed and trimmed") {
  static memory::Heap heap;
  FilledHeap filled{heap, {}};
  Numbers random(3);
  std::size_t most = 0, live = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::size_t bytes = std::size_t{1} << random.below(19);
    filled.allocate(bytes + static_cast<std::size_t>(random.below(static_cast<std::int64_t>(bytes))),
                    static_cast<unsigned char>(i));
    live += filled.blocks.back().bytes;
    most = std::max(most, live);
    while (filled.blocks.size() > 60) {
      const auto victim = static_cast<std::size_t>(random.below(std::ssize(filled.blocks)));
      live -= filled.blocks[victim].bytes;
      filled.release(victim);
    }
    if (i % 500 == 499) heap.trim();
  }
  CHECK(heap.system().bytes < static_cast<std::int64_t>(most * 3 / 2 + (8 << 20)));
  while (!filled.blocks.empty()) filled.release(0);
  heap.trim();
  CHECK(heap.system().bytes <= 4 << 20);

  // The whole heap is one block again.
  const std::int64_t requests = heap.system().requests;
  filled.allocate(most, 1);
  CHECK(heap.system().requests == requests + 1);
  filled.release(0);
}

TEST_CASE("heap: memory freed in one size is reused for others") {
  static memory::Heap heap;
  constexpr std::size_t each = 300000, count = 64;
  const auto fill = [](std::size_t bytes) {
    std::vector<void*> blocks;
    for (std::size_t taken = 0; taken + bytes <= each * count; taken += bytes + 5000) blocks.push_back(heap.allocate(bytes));
    for (void* block : blocks) heap.release(block);
  };
  heap.release(heap.allocate(each * count));
  const std::int64_t requests = heap.system().requests;
  for (std::size_t bytes : {each * count / 4, each / 3, each * count / 2, std::size_t{9000}, each * 7 / 2, each}) fill(bytes);
  CHECK(heap.system().requests == requests);
}

TEST_CASE("heap: a failed allocation changes nothing") {
  static memory::Heap heap;
  heap.release(heap.allocate(100000));
  const memory::Heap::System before = heap.system();
  for (int exponent : {50, 62}) CHECK_THROWS_AS(heap.allocate(std::size_t{1} << exponent), std::bad_alloc);
  CHECK(heap.system().bytes == before.bytes);
  CHECK(heap.system().requests == before.requests);
  heap.release(heap.allocate(100000));
  CHECK(heap.system().requests == before.requests);
}
