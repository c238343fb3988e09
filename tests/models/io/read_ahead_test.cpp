#include <weft/models/io/read_ahead.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

using namespace weft;
using text::ReadAhead;

namespace {

using Number = std::unique_ptr<int>;  // can only be moved

// Yields 0, 1, .. up to `count`, then nothing or an error.
auto numbers(std::atomic<int>& made, int count, bool fails = false) {
  return [&made, count, fails]() -> std::optional<Number> {
    require<ValueError>(made < count || !fails, "no more than ", count);
    return made < count ? std::optional(std::make_unique<int>(made++)) : std::nullopt;
  };
}

// Returns whether the condition becomes true soon.
template <class Condition>
bool soon(const Condition& condition) {
  using namespace std::chrono_literals;
  for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(1ms);
  return condition();
}

}  // namespace

TEST_CASE("read ahead: values come in order from another thread, and nothing after the last") {
  for (const std::size_t ahead : {std::size_t{1}, std::size_t{2}, std::size_t{100}}) {
    std::atomic<int> made{0};
    std::thread::id maker;
    auto make = [&, make = numbers(made, 50)] {
      maker = std::this_thread::get_id();
      return make();
    };
    ReadAhead<Number> values(make, ahead);
    for (int i = 0; i < 50; ++i) CHECK(**values.next() == i);
    CHECK_FALSE(values.next());
    CHECK_FALSE(values.next());
    CHECK(maker != std::this_thread::get_id());
  }
}

TEST_CASE("read ahead: a limited number of values is made in advance") {
  std::atomic<int> made{0};
  ReadAhead<Number> values(numbers(made, 50), 3);
  CHECK(soon([&] { return made == 4; }));  // three are waiting, and one is being handed over
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(made == 4);
  CHECK(**values.next() == 0);
  CHECK(soon([&] { return made == 5; }));
}

TEST_CASE("read ahead: an error replaces the value that failed, and destruction stops the thread") {
  std::atomic<int> made{0};
  ReadAhead<Number> values(numbers(made, 2, true), 10);
  CHECK(**values.next() == 0);
  CHECK(**values.next() == 1);
  CHECK_THROWS_WITH_AS(values.next(), "no more than 2", ValueError);
  CHECK_FALSE(values.next());

  std::atomic<int> others{0};
  { ReadAhead<Number> unused(numbers(others, 1000000), 1); }
  CHECK(others <= 2);
}

TEST_CASE("read ahead: the child of a fork has no reading thread, reports that, and ends") {
  std::atomic<int> made{0};
  ReadAhead<Number> values(numbers(made, 50), 3);
  CHECK(**values.next() == 0);
  const pid_t process = fork();
  if (process == 0) {  // ends by _exit: a value that the thread was just making is lost, which leak checkers report
    alarm(60);
    int code = 1;
    {
      ReadAhead<Number> mine(numbers(made, 50), 1);
      if (**mine.next() >= 0) code = 2;
    }
    try {
      values.next();
    } catch (const Error&) {
      values.~ReadAhead();  // must not block
      _exit(code == 2 ? 7 : 1);
    }
    _exit(1);
  }
  int status = 0;
  CHECK(waitpid(process, &status, 0) == process);
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 7));
  CHECK(**values.next() == 1);
}
