// Losses that are one formula. Compiled once per instruction set; the functions of loss.h call them.
#pragma once

#include <weft/tensor/elementwise.h>

#include <limits>

namespace weft {

// -(t log sigmoid(x) + (1 - t) log sigmoid(-x)): all terms are positive, so that none is lost beside a larger one. A sure and
// right prediction costs nothing, however sure it is.
inline constexpr auto logits_loss_op = elementwise("binary_cross_entropy_with_logits", [](auto x, auto target) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  auto positive = softplus(-x) + where(x == infinity && target == 1, 0, x * (1 - target));
  auto negative = softplus(x) - where(x == -infinity && target == 0, 0, x * target);
  return where(x > 0, positive, negative);
});

}  // namespace weft
