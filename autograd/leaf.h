// What a leaf Variable keeps beside its tensor.
#pragma once

#include <weft/autograd/variable.h>

#include <atomic>

namespace weft {

struct Leaf {
  Variable grad;
  std::vector<std::function<Variable(const Variable&)>> hooks;

  // --- notes of the backward pass that adds to it ---
  std::atomic<const void*> owner{nullptr};
  Variable arrived;
};

}  // namespace weft
