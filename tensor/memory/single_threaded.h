// Counters that several threads may share, but that cost no more than plain ones while the process has a single thread.
#pragma once

#include <atomic>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace weft::detail {

// Returns whether the process has a single thread, so that nothing can happen between a load and a store. Starting a thread makes
// earlier writes visible to it.
inline bool single_threaded() {
#if __has_include(<sys/single_threaded.h>)
  return __libc_single_threaded;
#else
  return false;
#endif
}

// value += by, with relaxed ordering. A locked instruction costs as much as ten others.
template <class T>
void bump(std::atomic<T>& value, T by) {
  if (single_threaded())
    value.store(static_cast<T>(value.load(std::memory_order_relaxed) + by), std::memory_order_relaxed);
  else
    value.fetch_add(by, std::memory_order_relaxed);
}

// As compare_exchange_strong with acquire ordering.
template <class T>
bool exchange_if(std::atomic<T>& value, T& expected, T desired) {
  if (!single_threaded()) return value.compare_exchange_strong(expected, desired, std::memory_order_acquire);
  const T found = value.load(std::memory_order_relaxed);
  const bool same = found == expected;
  if (same)
    value.store(desired, std::memory_order_relaxed);
  else
    expected = found;
  return same;
}

}  // namespace weft::detail
