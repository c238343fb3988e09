// The one way to split work over threads.
#pragma once

#include <cstdint>
#include <type_traits>

namespace weft {

// How many threads the ops of this thread use; at first 1.
int threads();

// Sets it, for the calling thread. Results do not depend on it. Throws ValueError below 1.
void set_threads(int count);

namespace detail {
using RangeFunction = void (*)(void* context, std::int64_t begin, std::int64_t end);
void parallel_for(std::int64_t count, std::int64_t grain, RangeFunction function, void* context);
}  // namespace detail

// Calls fn(begin, end) on ranges that cover 0 .. count-1, on this thread and the pool's; a range starts at a multiple of `grain`.
// The ranges depend on the thread count, so fn must give the same bits for any split. Kernels run here and nowhere else, with
// weft's floating-point mode. Inside fn nested calls run on the calling thread. An exception of fn reaches the caller.
template <class F>
void parallel_for(std::int64_t count, std::int64_t grain, F&& fn) {
  using Function = std::remove_reference_t<F>;
  detail::parallel_for(
      count, grain, [](void* context, std::int64_t begin, std::int64_t end) { (*static_cast<Function*>(context))(begin, end); },
      const_cast<void*>(static_cast<const void*>(&fn)));
}

}  // namespace weft
