#include <tests/autograd/rows/rows.h>
#include <weft/autograd/functions/trigonometry.h>

#include <cmath>

namespace weft {

std::vector<OpRow> trigonometry_rows() {
  const OpInput any{-3, 3}, inside{-0.9, 0.9}, between{-1.2, 1.2};
  return {
      elementwise_row(
          "tan", [](const auto& x) { return tan(x[0]); }, [](auto x) { return std::tan(x[0]); }, {between}),
      elementwise_row(
          "asin", [](const auto& x) { return asin(x[0]); }, [](auto x) { return std::asin(x[0]); }, {inside}),
      elementwise_row(
          "acos", [](const auto& x) { return acos(x[0]); }, [](auto x) { return std::acos(x[0]); }, {inside}),
      elementwise_row(
          "atan", [](const auto& x) { return atan(x[0]); }, [](auto x) { return std::atan(x[0]); }, {any}),
      elementwise_row(
          "atan2", [](const auto& x) { return atan2(x[0], x[1]); }, [](auto x) { return std::atan2(x[0], x[1]); },
          {{0.3, 3}, any}),
      elementwise_row(
          "atan2 below the axis", [](const auto& x) { return atan2(x[0], x[1]); }, [](auto x) { return std::atan2(x[0], x[1]); },
          {{-3, -0.3}, any}),
      elementwise_row(
          "sinh", [](const auto& x) { return sinh(x[0]); }, [](auto x) { return std::sinh(x[0]); }, {any}),
      elementwise_row(
          "cosh", [](const auto& x) { return cosh(x[0]); }, [](auto x) { return std::cosh(x[0]); }, {any}),
      elementwise_row(
          "asinh", [](const auto& x) { return asinh(x[0]); }, [](auto x) { return std::asinh(x[0]); }, {any}),
      elementwise_row(
          "acosh", [](const auto& x) { return acosh(x[0]); }, [](auto x) { return std::acosh(x[0]); }, {{1.2, 4}}),
      elementwise_row(
          "atanh", [](const auto& x) { return atanh(x[0]); }, [](auto x) { return std::atanh(x[0]); }, {inside}),
  };
}

}  // namespace weft
