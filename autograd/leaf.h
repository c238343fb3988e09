// What a leaf Variable keeps beside its tensor.
#pragma once

#include <weft/autograd/variable.h>

#include <atomic>

namespace weft {

struct Leaf {
  Variable grad;
  std::vector<std::function<Variable(const Variable&)>> hooks;
  std::atomic<bool> busy{false};  // a backward pass is adding to it
};

}  // namespace weft
