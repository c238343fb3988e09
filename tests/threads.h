// The thread count of a test.
#pragma once

#include <weft/tensor/runtime/parallel.h>

namespace weft {

// While it lives, this thread's ops use so many threads.
struct Threads {
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(1); }
};

}  // namespace weft
