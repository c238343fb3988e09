// Smooth activations beside those of activation_ops.h, each defined by its formula. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

inline constexpr auto softsign_op = elementwise("softsign", [](auto x) { return x / (1 + abs(x)); });
inline constexpr auto mish_op = elementwise("mish", [](auto x) { return x * tanh(softplus(x)); });
inline constexpr auto logsigmoid_op = elementwise("logsigmoid", [](auto x) { return -softplus(-x); });
inline constexpr auto tanhshrink_op = elementwise("tanhshrink", [](auto x) { return x - tanh(x); });
// 0.5 x (1 + tanh(u)) = x sigmoid(2 u) with u = sqrt(2 / pi) (x + 0.044715 x^3).
inline constexpr auto gelu_tanh_op = elementwise(
    "gelu_tanh", [](auto x) { return x * sigmoid(1.5957691216057307117597842397375 * (x + 0.044715 * (x * x * x))); });

}  // namespace weft
