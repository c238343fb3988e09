// Activations of neural networks, each defined by its formula. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

// Their slopes are computed from the input, because the output is rounded to nearly 1 in the tails.
inline constexpr auto tanh_op = elementwise("tanh", [](auto x) { return tanh(x); });
inline constexpr auto sigmoid_op = elementwise("sigmoid", [](auto x) { return sigmoid(x); });
// NaN stays NaN.
inline constexpr auto relu_op = elementwise("relu", [](auto x) { return where(x <= 0, 0, x); }).gradient_from_output([](auto y) {
  return where(y <= 0, decltype(y)(0), decltype(y)(1));
});
inline constexpr auto leaky_relu_op = elementwise("leaky_relu", [](auto x, auto slope) { return where(x > 0, x, x * slope); });
inline constexpr auto elu_op =
    elementwise("elu", [](auto x, auto alpha) { return where(x > 0, x, alpha * expm1(minimum(x, 0))); });
inline constexpr auto gelu_op = elementwise("gelu", [](auto x) { return gelu(x); });
inline constexpr auto silu_op = elementwise("silu", [](auto x) { return silu(x); });
// The slope is never -0.
inline constexpr auto softplus_op =
    elementwise("softplus", [](auto x) { return softplus(x); }).gradient_from_output([](auto y) { return 0 - expm1(-y); });
inline constexpr auto clamp_op = elementwise("clamp", [](auto x, auto low, auto high) { return minimum(maximum(x, low), high); });

}  // namespace weft
