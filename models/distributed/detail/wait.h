// Waiting for other ranks.
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace weft::detail {

// Waits until done(), or until `patience` has passed; returns whether it is done. Most waits are short: later the core is left to
// others.
template <class Done>
bool wait(Done done, std::chrono::nanoseconds patience = std::chrono::nanoseconds::max()) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kAwake = std::chrono::milliseconds(2);
  constexpr auto kLongestSleep = std::chrono::microseconds(200);
  const auto start = Clock::now();
  for (;;) {
    if (done()) return true;
    const auto waited = Clock::now() - start;
    if (waited >= patience) return false;
    std::this_thread::yield();
    if (waited > kAwake) std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(waited / 20, kLongestSleep));
  }
}

}  // namespace weft::detail
