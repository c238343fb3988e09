#include <tests/autograd/rows/rows.h>
#include <weft/autograd/functions/combinations.h>
#include <weft/autograd/functions/logarithms.h>

#include <cmath>

namespace weft {

std::vector<OpRow> logarithm_rows() {
  const OpInput any{-3, 3}, positive{0.2, 4};
  return {
      elementwise_row(
          "log2", [](const auto& x) { return log2(x[0]); }, [](auto x) { return std::log2(x[0]); }, {positive}),
      elementwise_row(
          "log10", [](const auto& x) { return log10(x[0]); }, [](auto x) { return std::log10(x[0]); }, {positive}),
      elementwise_row(
          "exp2", [](const auto& x) { return exp2(x[0]); }, [](auto x) { return std::exp2(x[0]); }, {any}),
      elementwise_row(
          "rsqrt", [](const auto& x) { return rsqrt(x[0]); }, [](auto x) { return 1 / std::sqrt(x[0]); }, {positive}),
      elementwise_row(
          "logit", [](const auto& x) { return logit(x[0]); }, [](auto x) { return std::log(x[0] / (1 - x[0])); }, {{0.1, 0.9}}),
      elementwise_row(
          "logaddexp", [](const auto& x) { return logaddexp(x[0], x[1]); },
          [](auto x) { return std::log(std::exp(x[0]) + std::exp(x[1])); }, {any, any}),
      elementwise_row(
          "xlogy", [](const auto& x) { return xlogy(x[0], x[1]); }, [](auto x) { return x[0] * std::log(x[1]); },
          {any, positive}),
      elementwise_row(
          "lerp", [](const auto& x) { return lerp(x[0], x[1], x[2]); }, [](auto x) { return x[0] + x[2] * (x[1] - x[0]); },
          {any, any, {-1, 2, {0.5}}}),
      elementwise_row(
          "lerp by a number", [](const auto& x) { return lerp(x[0], x[1], 0.75); },
          [](auto x) { return x[0] + 0.75 * (x[1] - x[0]); }, {any, any}),
      elementwise_row(
          "addcmul", [](const auto& x) { return addcmul(x[0], x[1], x[2], 0.7); },
          [](auto x) { return x[0] + 0.7 * x[1] * x[2]; }, {any, any, any}),
      elementwise_row(
          "addcdiv", [](const auto& x) { return addcdiv(x[0], x[1], x[2], 0.7); },
          [](auto x) { return x[0] + 0.7 * x[1] / x[2]; }, {any, any, positive}),
  };
}

}  // namespace weft
