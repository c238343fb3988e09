// Activations that are made of pieces, each defined by its formula. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

inline constexpr auto hardsigmoid_op = elementwise("hardsigmoid", [](auto x) { return minimum(maximum(x / 6 + 0.5, 0), 1); });
inline constexpr auto hardswish_op = elementwise("hardswish", [](auto x) { return x * minimum(maximum(x / 6 + 0.5, 0), 1); });
inline constexpr auto softshrink_op = elementwise(
    "softshrink", [](auto x, auto bound) { return where(x > bound, x - bound, where(x < -bound, x + bound, 0 * x)); });
inline constexpr auto hardshrink_op =
    elementwise("hardshrink", [](auto x, auto bound) { return where(x <= bound && x >= -bound, 0, x); });
inline constexpr auto threshold_op =
    elementwise("threshold", [](auto x, auto bound, auto value) { return where(x <= bound, value, x); });
inline constexpr auto celu_op =
    elementwise("celu", [](auto x, auto alpha) { return where(x > 0, x, alpha * expm1(minimum(x, 0) / alpha)); });
// scale = 1.0507..., alpha = 1.6732...: Klambauer et al. 2017.
inline constexpr auto selu_op = elementwise("selu", [](auto x) {
  return 1.0507009873554804934193349852946 * where(x > 0, x, 1.6732632423543772848170429916717 * expm1(minimum(x, 0)));
});
inline constexpr auto nan_to_num_op = elementwise("nan_to_num", [](auto x, auto nan, auto high, auto low) {
  return where(x != x, nan, where(x - x == 0, x, where(x > 0, high, low)));
});

}  // namespace weft
