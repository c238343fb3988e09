#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/numbers.h"
#include "tests/threads.h"

using namespace weft;

namespace {

using Range = std::pair<std::int64_t, std::int64_t>;

std::vector<Range> ranges(std::int64_t count, std::int64_t grain) {
  std::mutex mutex;
  std::vector<Range> found;
  parallel_for(count, grain, [&](std::int64_t begin, std::int64_t end) {
    std::lock_guard lock(mutex);
    found.emplace_back(begin, end);
  });
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("parallel_for: ranges cover everything once, start at multiples of the grain and never change") {
  for (int count : {1, 2, 3, 7}) {
    Threads use(count);
    CHECK(threads() == count);
    for (std::int64_t size : {0, 1, 5, 16, 17, 1000, 4097})
      for (std::int64_t grain : {0, 1, 16, 100, 5000}) {
        std::vector<Range> found = ranges(size, grain);
        std::int64_t at = 0;
        for (auto [begin, end] : found) {
          CHECK(begin == at);
          CHECK(end > begin);
          CHECK(begin % std::max<std::int64_t>(grain, 1) == 0);
          at = end;
        }
        CHECK(at == size);
        CHECK(std::ssize(found) <= count);
        CHECK(ranges(size, grain) == found);
      }
  }
}

TEST_CASE("parallel_for: an exception reaches the caller, and the next call works") {
  for (int count : {1, 2, 4}) {
    Threads use(count);
    for (std::int64_t bad : {0, 40, 99}) {
      auto run = [&] {
        parallel_for(100, 1, [&](std::int64_t begin, std::int64_t end) {
          if (begin <= bad && bad < end) throw ValueError("element " + std::to_string(bad));
        });
      };
      CHECK_THROWS_WITH_AS(run(), ("element " + std::to_string(bad)).c_str(), ValueError);
      std::atomic<std::int64_t> sum{0};
      parallel_for(100, 1, [&](std::int64_t begin, std::int64_t end) { sum += end - begin; });
      CHECK(sum == 100);
    }
    auto all = [] { parallel_for(100, 1, [](std::int64_t, std::int64_t) { throw ValueError("every range"); }); };
    CHECK_THROWS_WITH_AS(all(), "every range", ValueError);
  }
}

TEST_CASE("parallel_for: nested calls run on their thread") {
  Threads use(2);
  std::atomic<std::int64_t> sum{0};
  std::atomic<int> elsewhere{0};
  parallel_for(8, 1, [&](std::int64_t begin, std::int64_t end) {
    auto self = std::this_thread::get_id();
    for (std::int64_t i = begin; i < end; ++i)
      parallel_for(10, 1, [&](std::int64_t from, std::int64_t to) {
        elsewhere += std::this_thread::get_id() != self;
        sum += to - from;
      });
  });
  CHECK(sum == 80);
  CHECK(elsewhere == 0);
}

TEST_CASE("parallel_for: each thread has its own thread count, and several may work at once") {
  Threads use(2);
  Tensor x = Numbers(1).tensor({100, 1000}, DType::f32), expected = exp(x) * x;
  std::atomic<int> wrong{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i)
    workers.emplace_back([&, i] {
      wrong += threads() != 1;
      set_threads(1 + i);
      for (int round = 0; round < 20; ++round) wrong += !equal_bits(exp(x) * x, expected);
    });
  for (std::thread& worker : workers) worker.join();
  CHECK(wrong == 0);
  CHECK(threads() == 2);
  CHECK_THROWS_WITH_AS(set_threads(0), "set_threads: the count must be at least 1, not 0", ValueError);
}
