// Values at the ends of the domains, at infinities and NaN, on each instruction set.
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/functions/activations.h>
#include <weft/tensor/functions/combinations.h>
#include <weft/tensor/functions/logarithms.h>
#include <weft/tensor/functions/rounding.h>
#include <weft/tensor/functions/trigonometry.h>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity(), kNaN = std::numeric_limits<double>::quiet_NaN();

// Checks that f has the values of `expected` at `x`, in f32 and f64, with the sign of zeros.
void check_values(const char* name, const std::function<Tensor(const Tensor&)>& f, const std::vector<double>& x,
                  const std::function<double(double)>& expected) {
  on_each_isa([&] {
    for (DType dtype : {DType::f32, DType::f64}) {
      const Tensor y = f(cast(tensor(x), dtype));
      REQUIRE(y.dtype() == dtype);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double in = dtype == DType::f32 ? static_cast<float>(x[i]) : x[i], wanted = expected(in);
        const double found = y.at({static_cast<std::int64_t>(i)});
        CAPTURE(name);
        CAPTURE(in);
        CAPTURE(found);
        CAPTURE(wanted);
        if (std::isnan(wanted))
          CHECK(std::isnan(found));
        else if (std::isinf(wanted) || wanted == 0)
          CHECK((found == wanted && std::signbit(found) == std::signbit(wanted)));
        else
          CHECK(std::abs(found - wanted) <= std::abs(wanted) * (dtype == DType::f32 ? 4e-7 : 1e-15));
      }
    }
  });
}

}  // namespace

TEST_CASE("rounding: halves, large numbers, zeros, infinities and NaN") {
  const std::vector<double> x{0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.4999, 1e9, -1e30, kInf, -kInf, kNaN};
  check_values(
      "floor", [](const Tensor& t) { return floor(t); }, x, [](double v) { return std::floor(v); });
  check_values(
      "ceil", [](const Tensor& t) { return ceil(t); }, x, [](double v) { return std::ceil(v); });
  check_values(
      "trunc", [](const Tensor& t) { return trunc(t); }, x, [](double v) { return std::trunc(v); });
  check_values(
      "round", [](const Tensor& t) { return round(t); }, x, [](double v) { return std::nearbyint(v); });
  check_values(
      "sign", [](const Tensor& t) { return sign(t); }, {3, -3, 1e-30, -1e-30, 1e30, -1e30, kInf, -kInf, kNaN, 0.0},
      [](double v) {
        return std::isnan(v) ? v : v > 0 ? 1 : v < 0 ? -1 : 0;
      });
  check_values(
      "frac", [](const Tensor& t) { return frac(t); }, {1.25, -1.25, 3, 0.0}, [](double v) { return v - std::trunc(v); });
}

TEST_CASE("trigonometry: the ends of the domains, infinities and NaN") {
  const std::vector<double> all{0.0, -0.0, 1, -1, 1e-20, 2, -2, kInf, -kInf, kNaN};
  check_values(
      "tan", [](const Tensor& t) { return tan(t); }, {0.0, -0.0, 1, -1, 1e-20, kInf, -kInf, kNaN},
      [](double v) { return std::tan(v); });
  check_values(
      "asin", [](const Tensor& t) { return asin(t); }, all, [](double v) { return std::asin(v); });
  check_values(
      "acos", [](const Tensor& t) { return acos(t); }, all, [](double v) { return std::acos(v); });
  check_values(
      "atan", [](const Tensor& t) { return atan(t); }, all, [](double v) { return std::atan(v); });
  check_values(
      "sinh", [](const Tensor& t) { return sinh(t); }, all, [](double v) { return std::sinh(v); });
  check_values(
      "cosh", [](const Tensor& t) { return cosh(t); }, all, [](double v) { return std::cosh(v); });
  check_values(
      "asinh", [](const Tensor& t) { return asinh(t); }, all, [](double v) { return std::asinh(v); });
  check_values(
      "acosh", [](const Tensor& t) { return acosh(t); }, {1, 2, 1e20, 0.5, -1e30, kInf, -kInf, kNaN},
      [](double v) { return std::acosh(v); });
  check_values(
      "atanh", [](const Tensor& t) { return atanh(t); }, all, [](double v) { return std::atanh(v); });
  // The quadrants and their edges.
  for (double y : {0.0, 1.0, -1.0, kInf})
    for (double x : {1.0, -1.0, 2.0, -kInf})
      check_values(
          "atan2", [y](const Tensor& t) { return atan2(full(t.shape(), y, t.dtype()), t); }, {x},
          [y](double v) { return std::atan2(y, v); });
}

TEST_CASE("logarithms: 0, negative numbers, infinities and NaN") {
  const std::vector<double> all{0.0, 1, 8, 1000, 0.5, -1, kInf, -kInf, kNaN};
  check_values(
      "log2", [](const Tensor& t) { return log2(t); }, all, [](double v) { return std::log2(v); });
  check_values(
      "log10", [](const Tensor& t) { return log10(t); }, all, [](double v) { return std::log10(v); });
  check_values(
      "exp2", [](const Tensor& t) { return exp2(t); }, {0.0, 1, -1, 100, -100, 0.5, kInf, -kInf, kNaN},
      [](double v) { return std::exp2(v); });
  check_values(
      "rsqrt", [](const Tensor& t) { return rsqrt(t); }, {0.0, 4, kInf, -1, kNaN}, [](double v) { return 1 / std::sqrt(v); });
  check_values(
      "logit", [](const Tensor& t) { return logit(t); }, {0.0, 1, 0.25, -1, kNaN},
      [](double v) { return std::log(v) - std::log1p(-v); });
  const auto log_sum = [](double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return kNaN;
    const double most = std::max(a, b);
    return std::isinf(most) ? most : most + std::log1p(std::exp(std::min(a, b) - most));
  };
  for (double a : {0.0, 1000.0, -1000.0, kInf, -kInf, kNaN})
    check_values(
        "logaddexp", [a](const Tensor& t) { return logaddexp(full(t.shape(), a, t.dtype()), t); },
        {0.5, 1000, -1000, kInf, -kInf, kNaN}, [&](double v) { return log_sum(a, v); });
  for (double a : {0.0, 2.0})
    check_values(
        "xlogy", [a](const Tensor& t) { return xlogy(full(t.shape(), a, t.dtype()), t); }, {0.0, 3, kInf, -1, kNaN},
        [a](double v) { return a == 0 && !std::isnan(v) ? 0 : a * std::log(v); });
}

TEST_CASE("activations: errors name the number that is out of range") {
  const Tensor x = zeros({2});
  CHECK_THROWS_WITH_AS(celu(x, 0), doctest::Contains("celu: alpha is 0"), ValueError);
  CHECK_THROWS_WITH_AS(softshrink(x, -0.5), doctest::Contains("softshrink: the bound is -0.5, which is negative"), ValueError);
  CHECK_THROWS_WITH_AS(hardshrink(x, -1), doctest::Contains("hardshrink: the bound is -1"), ValueError);
}

TEST_CASE("activations: large numbers, infinities and NaN") {
  check_values(
      "mish", [](const Tensor& t) { return mish(t); }, {100, 1e30, kInf, kNaN}, [](double v) { return v; });
  check_values(
      "softsign", [](const Tensor& t) { return softsign(t); }, {0.0, 3, -3, kNaN},
      [](double v) { return v / (1 + std::abs(v)); });
  check_values(
      "logsigmoid", [](const Tensor& t) { return logsigmoid(t); }, {-1000, -kInf, kNaN}, [](double v) { return v; });
  check_values(
      "gelu_tanh", [](const Tensor& t) { return gelu_tanh(t); }, {100, 1e4, kNaN}, [](double v) { return v; });
  check_values(
      "hardsigmoid", [](const Tensor& t) { return hardsigmoid(t); }, {-1e30, 1e30, kInf, kNaN},
      [](double v) { return std::isnan(v) ? v
                            : v > 0       ? 1
                                          : 0; });
  check_values(
      "threshold", [](const Tensor& t) { return threshold(t, 1, 7); }, {1, 0.5, 2, kNaN},
      [](double v) { return v <= 1 ? 7 : v; });
  check_values(
      "hardshrink", [](const Tensor& t) { return hardshrink(t); }, {0.5, -0.5, 0.75, kNaN},
      [](double v) { return std::abs(v) <= 0.5 ? 0 : v; });
  check_values(
      "lerp", [](const Tensor& t) { return lerp(t, full(t.shape(), 1e30, t.dtype()), 1); }, {-5, 3}, [](double) { return 1e30; });
}
