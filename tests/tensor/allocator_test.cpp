#include <weft/tensor/allocator.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/create.h>
#include <weft/tensor/math.h>

#include <doctest/doctest.h>

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

TEST_CASE("allocator: a loop of the same work asks the system for nothing after its first rounds") {
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

TEST_CASE("allocator: peak and trim") {
  memory::trim();
  auto before = memory::stats();
  memory::reset_peak();
  constexpr std::int64_t size = 10 << 20;
  { Tensor x({size}, DType::u8); }
  CHECK(memory::stats().peak_bytes >= before.live_bytes + size);
  CHECK(memory::stats().live_bytes == before.live_bytes);
  CHECK(memory::stats().system_bytes >= before.system_bytes + size);
  memory::trim();
  CHECK(memory::stats().system_bytes == before.system_bytes);
  memory::reset_peak();
  CHECK(memory::stats().peak_bytes == before.live_bytes);
}

TEST_CASE("allocator: what cannot be had leaves the counters as they were") {
  auto before = memory::stats();
  CHECK_THROWS_AS(Tensor({std::int64_t{1} << 50}, DType::f64), Error);
  CHECK(memory::stats().system_bytes == before.system_bytes);
  CHECK(memory::stats().system_blocks == before.system_blocks);
  CHECK(memory::stats().live_bytes == before.live_bytes);
}

TEST_CASE("allocator: threads allocate, hand over and free at once") {
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
