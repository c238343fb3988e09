#include <tests/autograd/rows/rows.h>
#include <weft/autograd/functions/division.h>
#include <weft/autograd/functions/rounding.h>

#include <cmath>

namespace weft {

std::vector<OpRow> rounding_rows() {
  const OpInput steps{-3, 3, {-3, -2, -1, 0, 1, 2, 3}}, halves{-3, 3, {-2.5, -1.5, -0.5, 0.5, 1.5, 2.5}}, split{-3, 3, {0}};
  // Quotients of 2.1 to 2.9, and of -2.9 to -2.1: away from the steps.
  const OpInput dividend{2.2, 2.8}, negative{-2.8, -2.2}, divisor{0.99, 1.01};
  return {
      elementwise_row(
          "floor", [](const auto& x) { return floor(x[0]); }, [](auto x) { return std::floor(x[0]); }, {steps}),
      elementwise_row(
          "ceil", [](const auto& x) { return ceil(x[0]); }, [](auto x) { return std::ceil(x[0]); }, {steps}),
      elementwise_row(
          "trunc", [](const auto& x) { return trunc(x[0]); }, [](auto x) { return std::trunc(x[0]); }, {steps}),
      elementwise_row(
          "round", [](const auto& x) { return round(x[0]); }, [](auto x) { return std::nearbyint(x[0]); }, {halves}),
      elementwise_row(
          "frac", [](const auto& x) { return frac(x[0]); }, [](auto x) { return x[0] - std::trunc(x[0]); }, {steps}),
      elementwise_row(
          "sign", [](const auto& x) { return sign(x[0]); }, [](auto x) { return x[0] > 0 ? 1.0 : -1.0; }, {split}),
      elementwise_row(
          "remainder", [](const auto& x) { return remainder(x[0], x[1]); },
          [](auto x) { return x[0] - x[1] * std::floor(x[0] / x[1]); }, {dividend, divisor}),
      elementwise_row(
          "remainder of a negative number", [](const auto& x) { return remainder(x[0], x[1]); },
          [](auto x) { return x[0] - x[1] * std::floor(x[0] / x[1]); }, {negative, divisor}),
      elementwise_row(
          "remainder by a number", [](const auto& x) { return remainder(x[0], 1.5); },
          [](auto x) { return x[0] - 1.5 * std::floor(x[0] / 1.5); }, {dividend}),
      elementwise_row(
          "fmod", [](const auto& x) { return fmod(x[0], x[1]); }, [](auto x) { return std::fmod(x[0], x[1]); },
          {negative, divisor}),
      elementwise_row(
          "fmod by a number", [](const auto& x) { return fmod(x[0], 1.5); }, [](auto x) { return std::fmod(x[0], 1.5); },
          {negative}),
  };
}

}  // namespace weft
