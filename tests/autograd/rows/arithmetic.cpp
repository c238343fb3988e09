#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/math.h>

#include <cmath>

namespace weft {

std::vector<OpRow> arithmetic_rows() {
  OpInput any{-2, 2}, positive{0.3, 3}, mask{0, 1, {}, DType::boolean}, whole{-3, 3, {}, DType::i64};
  return {
      elementwise_row(
          "add", [](const auto& x) { return x[0] + x[1]; }, [](auto x) { return x[0] + x[1]; }, {any, any}),
      elementwise_row(
          "sub", [](const auto& x) { return x[0] - x[1]; }, [](auto x) { return x[0] - x[1]; }, {any, any}),
      elementwise_row(
          "mul", [](const auto& x) { return x[0] * x[1]; }, [](auto x) { return x[0] * x[1]; }, {any, any}),
      elementwise_row(
          "div", [](const auto& x) { return x[0] / x[1]; }, [](auto x) { return x[0] / x[1]; }, {any, positive}),
      elementwise_row(
          "neg", [](const auto& x) { return -x[0]; }, [](auto x) { return -x[0]; }, {any}),
      elementwise_row(
          "add number", [](const auto& x) { return 3 + (x[0] + 0.7); }, [](auto x) { return 3 + (x[0] + 0.7); }, {any}),
      elementwise_row(
          "sub number", [](const auto& x) { return 3 - (x[0] - 0.7); }, [](auto x) { return 3 - (x[0] - 0.7); }, {any}),
      elementwise_row(
          "mul number", [](const auto& x) { return 3 * (x[0] * 0.7); }, [](auto x) { return 3 * (x[0] * 0.7); }, {any}),
      elementwise_row(
          "div number", [](const auto& x) { return 3 / (x[0] / 0.7); }, [](auto x) { return 3 / (x[0] / 0.7); }, {positive}),
      elementwise_row(
          "pow", [](const auto& x) { return pow(x[0], x[1]); }, [](auto x) { return std::pow(x[0], x[1]); }, {positive, any}),
      elementwise_row(
          "pow to a number", [](const auto& x) { return pow(x[0], 3.0); }, [](auto x) { return std::pow(x[0], 3.0); }, {any}),
      elementwise_row(
          "pow of a number", [](const auto& x) { return pow(1.7, x[0]); }, [](auto x) { return std::pow(1.7, x[0]); }, {any}),
      elementwise_row(
          "fma", [](const auto& x) { return fma(x[0], x[1], x[2]); }, [](auto x) { return std::fma(x[0], x[1], x[2]); },
          {any, any, any}),
      elementwise_row(
          "maximum", [](const auto& x) { return maximum(x[0], x[1]); }, [](auto x) { return std::max(x[0], x[1]); }, {any, any}),
      elementwise_row(
          "minimum", [](const auto& x) { return minimum(x[0], x[1]); }, [](auto x) { return std::min(x[0], x[1]); }, {any, any}),
      elementwise_row(
          "maximum of a number", [](const auto& x) { return maximum(x[0], 0.5); }, [](auto x) { return std::max(x[0], 0.5); },
          {{-2, 2, {0.5}}}),
      elementwise_row(
          "minimum of a number", [](const auto& x) { return minimum(x[0], 0.5); }, [](auto x) { return std::min(x[0], 0.5); },
          {{-2, 2, {0.5}}}),
      elementwise_row(
          "where", [](const auto& x) { return where(value_of(x[0]), x[1], x[2]); },
          [](auto x) { return x[0] != 0 ? x[1] : x[2]; }, {mask, any, any}),
      elementwise_row(
          "where, integers, a number", [](const auto& x) { return where(value_of(x[0]), x[1], 0.25); },
          [](auto x) { return x[0] != 0 ? x[1] : 0.25; }, {whole, any}),
      elementwise_row(
          "where, a number first", [](const auto& x) { return where(value_of(x[0]), 0.25, x[1]); },
          [](auto x) { return x[0] != 0 ? 0.25 : x[1]; }, {mask, any}),
      elementwise_row(
          "mul by integers", [](const auto& x) { return x[0] * x[1]; }, [](auto x) { return x[0] * x[1]; }, {any, whole}),
      elementwise_row(
          "clamp", [](const auto& x) { return clamp(x[0], -0.5, 1); }, [](auto x) { return std::min(std::max(x[0], -0.5), 1.0); },
          {{-2, 2, {-0.5, 1}}}),
  };
}

}  // namespace weft
