// Arithmetic, maximum and minimum, and the choice by a mask, each defined by its formula. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

inline constexpr auto add_op = elementwise("add", [](auto a, auto b) { return a + b; });
inline constexpr auto sub_op = elementwise("sub", [](auto a, auto b) { return a - b; });
inline constexpr auto mul_op = elementwise("mul", [](auto a, auto b) { return a * b; });
inline constexpr auto div_op = elementwise("div", [](auto a, auto b) { return a / b; });
inline constexpr auto neg_op = elementwise("neg", [](auto x) { return -x; });
inline constexpr auto pow_op = elementwise("pow", [](auto a, auto b) { return pow(a, b); });
inline constexpr auto fma_op = elementwise("fma", [](auto a, auto b, auto c) { return fma(a, b, c); });
inline constexpr auto maximum_op = elementwise("maximum", [](auto a, auto b) { return maximum(a, b); });
inline constexpr auto minimum_op = elementwise("minimum", [](auto a, auto b) { return minimum(a, b); });
inline constexpr auto where_op = elementwise("where", [](auto condition, auto a, auto b) { return where(condition, a, b); });
// The gradients of a and b: g goes to the side each value came from, and the other side gets 0. The formula chooses instead of
// multiplying, because g * 0 would be NaN where g is inf or NaN.
inline constexpr auto where_gradient_op =
    elementwise("where", [](auto condition, auto g) { return outputs(where(condition, g, 0), where(condition, 0, g)); });

}  // namespace weft
