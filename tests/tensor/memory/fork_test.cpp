// Children of fork() can compute, set threads, fork and exit like their parents.
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/profile/profile.h>
#include <weft/tensor/reduction/reduce.h>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>

#include "tests/numbers.h"
#include "tests/sanitizers.h"
#include "tests/threads.h"

using namespace weft;

// In a child, the leak checker of AddressSanitizer waits some seconds for the threads of the parent, so that it runs only in the
// parent.
static const pid_t parent = getpid();
extern "C" int __lsan_is_turned_off();
extern "C" int __lsan_is_turned_off() { return getpid() != parent; }

namespace {

constexpr int kRight = 7;

// Returns whether `right` is true in a child process, which must exit; SIGALRM ends a child that hangs.
bool child(const std::function<bool()>& right) {
  const pid_t process = fork();
  if (process == 0) {
    alarm(60);
    std::exit(right() ? kRight : 1);
  }
  int status = 0;
  return waitpid(process, &status, 0) == process && WIFEXITED(status) && WEXITSTATUS(status) == kRight;
}

// Computes products with packed weights, sums, and small and large tensors.
Tensor work() {
  const Tensor a = Numbers(3).tensor({96, 64}, DType::f32), b = Numbers(4).tensor({64, 80}, DType::f32);
  Tensor total = zeros({96, 80});
  for (int i = 0; i < 4; ++i) total = total + tanh(matmul(a, b));
  return total * sum(exp(Numbers(5).tensor({300, 200}, DType::f32)));
}

}  // namespace

// AddressSanitizer's malloc, unlike that of the C library, may be locked in the child by a thread that no longer exists, so that
// fewer cases are run with it.
TEST_CASE("a forked child computes with any number of threads and exits, whatever its parent did before") {
  const Tensor expected = work();
  auto right = [&] { return equal_bits(work(), expected); };
  for (const int before : {1, 2, 4}) {
    Threads use(before);
    work();
    CHECK(child([] { return true; }));
    CHECK(child(right));
    for (const int then : {1, 2, 3}) CHECK(child([&] { return set_threads(then), right(); }));
    if (!test::kAddressSanitizer)
      CHECK(child([&] {
        const bool first = right();
        return child([&] { return set_threads(3), right() && child(right); }) && first && right();
      }));
    CHECK(right());
  }
}

TEST_CASE("a forked child can continue even if other threads of its parent were computing and allocating" *
          doctest::skip(test::kAddressSanitizer)) {
  const Tensor expected = work();
  std::atomic<bool> stop{false};
  std::vector<std::thread> others;
  for (int i = 0; i < 3; ++i)
    others.emplace_back([&stop, i] {
      set_threads(1 + i % 2);
      while (!stop) work();
    });
  Threads use(2);
  Profile profile;
  profile.start();
  for (int round = 0; round < 20; ++round)
    CHECK(child([&] {
      set_threads(1 + round % 3);
      std::thread([] { work(); }).join();  // on a stack that one of the parent's threads may have had
      std::thread([] { work(); }).join();
      return equal_bits(work(), expected) && memory::stats().live_bytes > 0 && !profile.events().empty();
    }));
  stop = true;
  for (std::thread& other : others) other.join();
  CHECK(equal_bits(work(), expected));
}
