#include <tests/autograd/rows/rows.h>
#include <weft/autograd/functions/activations.h>

#include <algorithm>
#include <cmath>

namespace weft {

namespace {

double hard_sigmoid_of(double x) { return std::clamp(x / 6 + 0.5, 0.0, 1.0); }
double softplus_of(double x) { return std::log1p(std::exp(x)); }

}  // namespace

std::vector<OpRow> activation_rows() {
  const OpInput any{-3, 3}, split{-3, 3, {0}}, ends{-5, 5, {-3, 3}}, shrunk{-3, 3, {-0.7, 0.7}};
  return {
      elementwise_row(
          "softsign", [](const auto& x) { return softsign(x[0]); }, [](auto x) { return x[0] / (1 + std::abs(x[0])); }, {split}),
      elementwise_row(
          "mish", [](const auto& x) { return mish(x[0]); }, [](auto x) { return x[0] * std::tanh(softplus_of(x[0])); }, {any}),
      elementwise_row(
          "logsigmoid", [](const auto& x) { return logsigmoid(x[0]); }, [](auto x) { return -softplus_of(-x[0]); }, {any}),
      elementwise_row(
          "tanhshrink", [](const auto& x) { return tanhshrink(x[0]); }, [](auto x) { return x[0] - std::tanh(x[0]); }, {any}),
      elementwise_row(
          "gelu_tanh", [](const auto& x) { return gelu_tanh(x[0]); },
          [](auto x) {
            const double u = std::sqrt(2 / 3.141592653589793) * (x[0] + 0.044715 * x[0] * x[0] * x[0]);
            return 0.5 * x[0] * (1 + std::tanh(u));
          },
          {any}),
      elementwise_row(
          "hardsigmoid", [](const auto& x) { return hardsigmoid(x[0]); }, [](auto x) { return hard_sigmoid_of(x[0]); }, {ends}),
      elementwise_row(
          "hardswish", [](const auto& x) { return hardswish(x[0]); }, [](auto x) { return x[0] * hard_sigmoid_of(x[0]); },
          {ends}),
      elementwise_row(
          "celu", [](const auto& x) { return celu(x[0], 1.3); },
          [](auto x) { return x[0] > 0 ? x[0] : 1.3 * std::expm1(x[0] / 1.3); }, {split}),
      elementwise_row(
          "selu", [](const auto& x) { return selu(x[0]); },
          [](auto x) { return 1.0507009873554805 * (x[0] > 0 ? x[0] : 1.6732632423543772 * std::expm1(x[0])); }, {split}),
      elementwise_row(
          "softshrink", [](const auto& x) { return softshrink(x[0], 0.7); },
          [](auto x) { return x[0] > 0.7    ? x[0] - 0.7
                              : x[0] < -0.7 ? x[0] + 0.7
                                            : 0; }, {shrunk}),
      elementwise_row(
          "hardshrink", [](const auto& x) { return hardshrink(x[0], 0.7); },
          [](auto x) { return std::abs(x[0]) > 0.7 ? x[0] : 0; }, {shrunk}),
      elementwise_row(
          "threshold", [](const auto& x) { return threshold(x[0], 0.7, -2); }, [](auto x) { return x[0] > 0.7 ? x[0] : -2; },
          {shrunk}),
  };
}

}  // namespace weft
