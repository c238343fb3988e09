// The one way to split work over threads.
#pragma once

#include <cstdint>
#include <type_traits>

namespace weft {

// Returns how many threads the ops of this thread use; 1 at first.
int threads();

// Sets that number for the calling thread. Results do not depend on it. Throws ValueError if it is below 1.
void set_threads(int count);

namespace detail {
using RangeFunction = void (*)(void* context, std::int64_t begin, std::int64_t end);
void parallel_for(std::int64_t count, std::int64_t grain, RangeFunction function, void* context);
}  // namespace detail

// Calls fn(begin, end) on ranges that cover 0 .. count-1, on this thread and on the pool's; each range starts at a multiple of
// `grain`. The ranges depend on the number of threads, so fn must give the same bits for any split. All kernels run in here, in
// weft's floating-point mode. Nested calls inside fn run on the calling thread. An exception thrown by fn reaches the caller.
template <class F>
void parallel_for(std::int64_t count, std::int64_t grain, F&& fn) {
  using Function = std::remove_reference_t<F>;
  detail::parallel_for(
      count, grain, [](void* context, std::int64_t begin, std::int64_t end) { (*static_cast<Function*>(context))(begin, end); },
      const_cast<void*>(static_cast<const void*>(&fn)));
}

}  // namespace weft
