#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/tensor/elementwise/detail/cell_ops.h>

#include <cmath>

namespace weft {

namespace {

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

std::vector<double> lstm_reference(std::span<const double> x) {
  double next = sigmoid_of(x[1]) * x[4] + sigmoid_of(x[0]) * std::tanh(x[2]);
  return {next, sigmoid_of(x[3]) * std::tanh(next)};
}

double gru_reference(std::span<const double> x) {
  double r = sigmoid_of(x[0] + x[3]), z = sigmoid_of(x[1] + x[4]), n = std::tanh(x[2] + r * x[5]);
  return (1 - z) * n + z * x[6];
}

}  // namespace

std::vector<OpRow> function_rows() {
  OpInput any{-3, 3}, positive{0.2, 4}, split{-3, 3, {0}};
  return {
      elementwise_row(
          "exp", [](const auto& x) { return exp(x[0]); }, [](auto x) { return std::exp(x[0]); }, {any}),
      elementwise_row(
          "expm1", [](const auto& x) { return expm1(x[0]); }, [](auto x) { return std::expm1(x[0]); }, {any}),
      elementwise_row(
          "log", [](const auto& x) { return log(x[0]); }, [](auto x) { return std::log(x[0]); }, {positive}),
      elementwise_row(
          "log1p", [](const auto& x) { return log1p(x[0]); }, [](auto x) { return std::log1p(x[0]); }, {{-0.7, 3}}),
      elementwise_row(
          "sqrt", [](const auto& x) { return sqrt(x[0]); }, [](auto x) { return std::sqrt(x[0]); }, {positive}),
      elementwise_row(
          "square", [](const auto& x) { return square(x[0]); }, [](auto x) { return x[0] * x[0]; }, {any}),
      elementwise_row(
          "reciprocal", [](const auto& x) { return reciprocal(x[0]); }, [](auto x) { return 1 / x[0]; }, {positive}),
      elementwise_row(
          "abs", [](const auto& x) { return abs(x[0]); }, [](auto x) { return std::abs(x[0]); }, {split}),
      elementwise_row(
          "sin", [](const auto& x) { return sin(x[0]); }, [](auto x) { return std::sin(x[0]); }, {any}),
      elementwise_row(
          "cos", [](const auto& x) { return cos(x[0]); }, [](auto x) { return std::cos(x[0]); }, {any}),
      elementwise_row(
          "erf", [](const auto& x) { return erf(x[0]); }, [](auto x) { return std::erf(x[0]); }, {any}),
      elementwise_row(
          "normal_cdf", [](const auto& x) { return normal_cdf(x[0]); },
          [](auto x) { return std::erfc(x[0] * -std::sqrt(0.5)) / 2; }, {any}),
      elementwise_row(
          "normal_pdf", [](const auto& x) { return normal_pdf(x[0]); },
          [](auto x) { return std::exp(-x[0] * x[0] / 2) / std::sqrt(2 * 3.141592653589793); }, {any}),
      elementwise_row(
          "tanh", [](const auto& x) { return tanh(x[0]); }, [](auto x) { return std::tanh(x[0]); }, {any}),
      elementwise_row(
          "sigmoid", [](const auto& x) { return sigmoid(x[0]); }, [](auto x) { return sigmoid_of(x[0]); }, {any}),
      elementwise_row(
          "relu", [](const auto& x) { return relu(x[0]); }, [](auto x) { return std::max(x[0], 0.0); }, {split}),
      elementwise_row(
          "leaky_relu", [](const auto& x) { return leaky_relu(x[0], 0.1); }, [](auto x) { return x[0] > 0 ? x[0] : 0.1 * x[0]; },
          {split}),
      elementwise_row(
          "elu", [](const auto& x) { return elu(x[0], 1.3); }, [](auto x) { return x[0] > 0 ? x[0] : 1.3 * std::expm1(x[0]); },
          {split}),
      elementwise_row(
          "gelu", [](const auto& x) { return gelu(x[0]); },
          [](auto x) { return 0.5 * x[0] * (1 + std::erf(x[0] / std::sqrt(2.0))); }, {any}),
      elementwise_row(
          "silu", [](const auto& x) { return silu(x[0]); }, [](auto x) { return x[0] * sigmoid_of(x[0]); }, {any}),
      elementwise_row(
          "softplus", [](const auto& x) { return softplus(x[0]); }, [](auto x) { return std::log1p(std::exp(x[0])); }, {any}),
      // its gradients are sums of terms that cancel
      elementwise_row(
          "lstm_cell", [](const auto& x) { return lstm_cell_op(x[0], x[1], x[2], x[3], x[4]); },
          [](auto x) { return lstm_reference(x); }, {any, any, any, any, any}, {.f32_gradient = 2e-6}),
      elementwise_row(
          "gru_cell", [](const auto& x) { return gru_cell_op(x[0], x[1], x[2], x[3], x[4], x[5], x[6]); },
          [](auto x) { return gru_reference(x); }, {any, any, any, any, any, any, any}),
  };
}

}  // namespace weft
