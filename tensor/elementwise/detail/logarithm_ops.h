// Powers and logarithms beside those of function_ops.h. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

inline constexpr auto log2_op = elementwise("log2", [](auto x) { return log2(x); });
inline constexpr auto log10_op = elementwise("log10", [](auto x) { return log10(x); });
inline constexpr auto exp2_op = elementwise("exp2", [](auto x) { return exp2(x); });
inline constexpr auto rsqrt_op = elementwise("rsqrt", [](auto x) { return 1 / sqrt(x); });
inline constexpr auto logit_op = elementwise("logit", [](auto x) { return log(x) - log1p(-x); });
// The larger one plus log(1 + exp(-difference)). Equal infinities have no difference.
inline constexpr auto logaddexp_op = elementwise("logaddexp", [](auto a, auto b) {
  auto sum = where(a >= b, a + softplus(b - a), b + softplus(a - b));
  return where(a == b && a - a != 0, a, sum);
});
// Where x is 0 and the logarithm finite, the slope is the logarithm, so that only other places are a constant.
inline constexpr auto xlogy_op =
    elementwise("xlogy", [](auto x, auto y) { return where(x == 0 && (y <= 0 || (y == y && y - y != 0)), 0, x * log(y)); });

}  // namespace weft
