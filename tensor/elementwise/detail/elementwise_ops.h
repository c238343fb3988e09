// weft's elementwise ops: each is its formula. Compiled once per instruction set; the named functions of math.h call them.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

// --- arithmetic ---
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
// The gradients of a and b: they go where the values came from, and are 0 elsewhere, since g * 0 would be NaN for a g that is inf
// or NaN.
inline constexpr auto where_gradient_op =
    elementwise("where", [](auto condition, auto g) { return outputs(where(condition, g, 0), where(condition, 0, g)); });

// --- functions of one input ---
inline constexpr auto exp_op = elementwise("exp", [](auto x) { return exp(x); }).gradient_from_output([](auto y) { return y; });
inline constexpr auto expm1_op = elementwise("expm1", [](auto x) { return expm1(x); });
inline constexpr auto log_op = elementwise("log", [](auto x) { return log(x); });
inline constexpr auto log1p_op = elementwise("log1p", [](auto x) { return log1p(x); });
inline constexpr auto sqrt_op =
    elementwise("sqrt", [](auto x) { return sqrt(x); }).gradient_from_output([](auto y) { return 0.5 / y; });
inline constexpr auto square_op = elementwise("square", [](auto x) { return x * x; });
inline constexpr auto reciprocal_op =
    elementwise("reciprocal", [](auto x) { return 1 / x; }).gradient_from_output([](auto y) { return -(y * y); });
inline constexpr auto abs_op = elementwise("abs", [](auto x) { return abs(x); });
inline constexpr auto sin_op = elementwise("sin", [](auto x) { return sin(x); });
inline constexpr auto cos_op = elementwise("cos", [](auto x) { return cos(x); });
inline constexpr auto erf_op = elementwise("erf", [](auto x) { return erf(x); });
inline constexpr auto normal_cdf_op = elementwise("normal_cdf", [](auto x) { return normal_cdf(x); });
inline constexpr auto normal_pdf_op = elementwise("normal_pdf", [](auto x) { return normal_pdf(x); });

// --- activations ---
// Their slopes are not taken from the outputs, of which little but 1 is left in the tails.
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

// --- recurrent cells: gates in PyTorch's order ---
// LSTM: next = sigmoid(f) c + sigmoid(i) tanh(g), hidden = sigmoid(o) tanh(next).
inline constexpr auto lstm_cell_op = elementwise("lstm_cell", [](auto i, auto f, auto g, auto o, auto cell) {
  auto next = quick_sigmoid(f) * cell + quick_sigmoid(i) * quick_tanh(g);
  return outputs(next, quick_sigmoid(o) * quick_tanh(next));
});
// GRU: r = sigmoid(ri + rh), z = sigmoid(zi + zh), n = tanh(ni + r nh), hidden = (1 - z) n + z h.
inline constexpr auto gru_cell_op =
    elementwise("gru_cell", [](auto ri, auto zi, auto ni, auto rh, auto zh, auto nh, auto hidden) {
      auto z = quick_sigmoid(zi + zh);
      auto n = quick_tanh(ni + quick_sigmoid(ri + rh) * nh);
      return n + z * (hidden - n);
    });

}  // namespace weft
