// Losses that are one formula. Compiled once per instruction set; the functions of loss.h call them.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

#include <limits>

namespace weft {

// -(t log sigmoid(x) + (1 - t) log sigmoid(-x)) = log(1 + exp(-|x|)) + (x (1 - t) where x > 0, otherwise -x t): all terms are
// positive, so that none is lost beside a larger one. A correct prediction costs nothing, however certain it is.
inline constexpr auto logits_loss_op = elementwise("binary_cross_entropy_with_logits", [](auto x, auto target) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  auto positive = where(x == infinity && target == 1, 0, x * (1 - target));
  auto negative = where(x == -infinity && target == 0, 0, -x * target);
  return softplus(where(x > 0, -x, x)) + where(x > 0, positive, negative);
});

}  // namespace weft
