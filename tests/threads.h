// Sets the thread count of a test.
#pragma once

#include <weft/tensor/runtime/parallel.h>

namespace weft {

// During its lifetime, the ops of this thread use the given number of threads.
struct Threads {
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(1); }
};

}  // namespace weft
