// Elementwise functions at the ends of their range: infinities, huge numbers, tails, and special powers.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/losses/loss.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/runtime/float_mode.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();

using Function = Variable (*)(const Variable&);

struct Limits {
  const char* name;
  Function function;
  double low, high;              // the values at -inf and inf
  double slope_low, slope_high;  // the gradients at -inf and inf
};

const std::vector<Limits> kLimits{
    {"tanh", [](const Variable& x) { return tanh(x); }, -1, 1, 0, 0},
    {"sigmoid", [](const Variable& x) { return sigmoid(x); }, 0, 1, 0, 0},
    {"softplus", [](const Variable& x) { return softplus(x); }, 0, kInfinity, 0, 1},
    {"silu", [](const Variable& x) { return silu(x); }, 0, kInfinity, 0, 1},
    {"gelu", [](const Variable& x) { return gelu(x); }, 0, kInfinity, 0, 1},
    {"elu", [](const Variable& x) { return elu(x); }, -1, kInfinity, 0, 1},
    {"relu", [](const Variable& x) { return relu(x); }, 0, kInfinity, 0, 1},
    {"erf", [](const Variable& x) { return erf(x); }, -1, 1, 0, 0},
    {"normal_cdf", [](const Variable& x) { return normal_cdf(x); }, 0, 1, 0, 0},
    {"normal_pdf", [](const Variable& x) { return normal_pdf(x); }, 0, 0, 0, 0},
    {"expm1", [](const Variable& x) { return expm1(x); }, -1, kInfinity, 0, kInfinity},
};

// Returns the derivative of order 1 or 2, element by element.
Tensor derivative(Function function, const Tensor& at, int order) {
  Variable x = leaf(at), y = function(x);
  for (int i = 0; i < order; ++i) y = grad({sum(y)}, {x}, {.create_graph = i + 1 < order})[0];
  return y.tensor();
}
// Returns the first derivative, computed by the rule for create_graph.
Tensor derivative_in_graph(Function function, const Tensor& at) {
  Variable x = leaf(at);
  return grad({sum(function(x))}, {x}, {.create_graph = true})[0].tensor();
}

}  // namespace

TEST_CASE("functions and both derivatives reach their limits at infinity and for huge numbers") {
  on_each_isa([] {
    for (const Limits& f : kLimits)
      for (DType dtype : {DType::f32, DType::f64})
        for (double size : {kInfinity, dtype == DType::f32 ? 3e38 : 1e308, 1e9}) {
          const std::string name = f.name;
          CAPTURE(name);
          CAPTURE(size);
          const Tensor x = tensor({-size, size}, dtype);
          const KeepDenormals keep;
          const Tensor y = f.function(x).tensor(), slope = derivative(f.function, x, 1);
          CHECK(y.at({0}) == f.low);
          CHECK(y.at({1}) == (f.high == kInfinity && name != "expm1" ? x.at({1}) : f.high));
          for (const Tensor& first : {slope, derivative_in_graph(f.function, x)}) {
            CHECK(first.at({0}) == f.slope_low);
            CHECK(first.at({1}) == f.slope_high);
          }
          if (name == "expm1" || name == "relu") continue;  // relu's slope is a constant
          CHECK(derivative(f.function, x, 2).at({0}) == 0);
          CHECK(derivative(f.function, x, 2).at({1}) == 0);
        }
  });
}

TEST_CASE("functions and their derivatives of NaN are NaN") {
  on_each_isa([] {
    for (const Limits& f : kLimits)
      for (DType dtype : {DType::f32, DType::f64}) {
        const std::string name = f.name;
        CAPTURE(name);
        const Tensor nan = full({3}, kNan, dtype);
        CHECK(std::isnan(f.function(nan).tensor().at({1})));
        if (name != "relu") CHECK(std::isnan(derivative(f.function, nan, 1).at({2})));
      }
  });
}

TEST_CASE("abs: slopes are exact, 0 at 0 and NaN at NaN, with both rules") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (bool create_graph : {false, true}) {
        const Variable x = leaf(tensor({-2, -0.0, 0, 3, -kInfinity, kInfinity, kNan}, dtype));
        const Tensor slope = contiguous(grad({sum(abs(x))}, {x}, {.create_graph = create_graph})[0].tensor());
        CHECK(equal_bits(slice(slope, 0, 0, 6), tensor({-1, 0, 0, 1, -1, 1}, dtype)));
        CHECK(std::isnan(slope.at({6})));
      }
  });
}

TEST_CASE("where: each side gets the gradients of its chosen elements, even infinite ones, and zeros elsewhere") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (bool create_graph : {false, true}) {
        const Variable a = leaf(zeros({4}, dtype)), b = leaf(zeros({4}, dtype)), row = leaf(zeros({}, dtype));
        const Tensor condition = tensor({1, 0, 1, 0}, DType::boolean), seed = tensor({2, kInfinity, kInfinity, 3}, dtype);
        const Tensor first = tensor({2, 0, kInfinity, 0}, dtype), second = tensor({0, kInfinity, 0, 3}, dtype);
        const auto both = grad({sum(where(condition, a, b) * seed)}, {a, b}, {.create_graph = create_graph});
        CHECK(equal_bits(contiguous(both[0].tensor()), first));
        CHECK(equal_bits(contiguous(both[1].tensor()), second));
        CHECK(equal_bits(contiguous(grad({sum(where(condition, a, b) * seed)}, {b}, {.create_graph = create_graph})[0].tensor()),
                         second));
        CHECK(grad({sum(where(condition, a, row) * seed)}, {row}, {.create_graph = create_graph})[0].item() == kInfinity);
        const auto kept =
            grad({sum(where(condition, a, b) * a + where(condition, b, a))}, {a, b}, {.create_graph = create_graph});
        CHECK(equal_bits(contiguous(kept[0].tensor()), tensor({0, 1, 0, 1}, dtype)));
      }
  });
}

TEST_CASE("tails are accurate in gradients of both orders and both rules") {
  on_each_isa([] {
    const auto near = [](const Tensor& x, double right) { CHECK(x.item() == doctest::Approx(right).epsilon(2e-6)); };
    const auto at = [](double x) { return full({1}, x); };
    const auto pdf = [](double x) { return std::exp(-x * x / 2) / std::sqrt(2 * 3.141592653589793); };
    for (double x : {-5.0, -9.0, -12.0}) {
      const double cdf = std::erfc(-x / std::sqrt(2.0)) / 2;
      near(gelu(at(x)), x * cdf);
      near(derivative([](const Variable& v) { return gelu(v); }, at(x), 1), cdf + x * pdf(x));
      near(derivative([](const Variable& v) { return gelu(v); }, at(x), 2), (2 - x * x) * pdf(x));
    }
    for (double x : {-15.0, -40.0, -80.0}) {
      const double e = std::exp(x), share = e / (1 + e);
      near(silu(at(x)), x * share);
      near(derivative([](const Variable& v) { return silu(v); }, at(x), 1), share * (1 + x / (1 + e)));
      for (Function f :
           {Function([](const Variable& v) { return elu(v); }), Function([](const Variable& v) { return expm1(v); })})
        for (const Tensor& slope : {derivative(f, at(x), 1), derivative(f, at(x), 2), derivative_in_graph(f, at(x))})
          near(slope, e);
      for (double side : {x, -x}) {
        near(derivative([](const Variable& v) { return sigmoid(v); }, at(side), 1), share / (1 + e));
        near(derivative_in_graph([](const Variable& v) { return sigmoid(v); }, at(side)), share / (1 + e));
        near(derivative([](const Variable& v) { return softplus(v); }, at(side), 2), share / (1 + e));
        near(derivative([](const Variable& v) { return tanh(v); }, at(side / 2), 1), 4 * share / (1 + e));
        near(derivative_in_graph([](const Variable& v) { return tanh(v); }, at(side / 2)), 4 * share / (1 + e));
      }
    }
  });
}

TEST_CASE("the slopes and curvatures of gelu and silu are accurate near the zeros of the slopes, with both rules") {
  on_each_isa([] {
    const long double root = std::sqrt(0.5L), density = 0.39894228040143267794L;
    for (DType dtype : {DType::f32, DType::f64})
      for (double step : {0.0, 1e-6, -1e-6, 1e-3, -1e-3}) {
        const double epsilon = dtype == DType::f32 ? 2e-6 : 3e-15;
        const auto check = [&](Function f, double zero, const auto& slope_of, const auto& curve_of) {
          const Tensor x = full({3}, zero + step, dtype);
          const auto at = static_cast<long double>(x.at({0}));
          const double slope = static_cast<double>(slope_of(at)), curve = static_cast<double>(curve_of(at));
          // A formula with a subtraction would lose 6 digits this close to the zero. The largest errors are 1.9e-7 and 6e-14.
          const double bound = dtype == DType::f32 ? 4e-7 : 2e-13;
          if (step != 0) CHECK(derivative(f, x, 1).at({1}) == doctest::Approx(slope).epsilon(bound).scale(0));
          CHECK(equal_bits(derivative_in_graph(f, x), derivative(f, x, 1)));
          CHECK(derivative(f, x, 2).at({1}) == doctest::Approx(curve).epsilon(10 * epsilon));
        };
        check([](const Variable& v) { return gelu(v); }, -0.75179162313,
              [&](long double v) { return std::erfc(-v * root) / 2 + v * density * std::exp(-v * v / 2); },
              [&](long double v) { return (2 - v * v) * density * std::exp(-v * v / 2); });
        check([](const Variable& v) { return silu(v); }, -1.27846454276,
              [](long double v) { return (1 + v / (1 + std::exp(v))) / (1 + std::exp(-v)); },
              [](long double v) {
                const long double up = 1 / (1 + std::exp(-v)), down = 1 / (1 + std::exp(v));
                return up * down * (2 + v * (down - up));
              });
      }
  });
}

TEST_CASE("the curvatures of tanh and sigmoid are accurate near 0") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (double size : {1e-20, 1e-8, 1e-3, 0.3, 2.0})
        for (double number : {size, -size}) {
          const Tensor x = full({3}, number, dtype);
          const auto at = static_cast<long double>(x.at({0}));
          const long double t = std::tanh(at), half = std::tanh(at / 2);
          const auto tanh_curve = static_cast<double>(-2 * t * (1 - t * t));
          const auto sigmoid_curve = static_cast<double>(half * (half * half - 1) / 4);
          const double epsilon = dtype == DType::f32 ? 2e-6 : 3e-15;
          CHECK(derivative([](const Variable& v) { return tanh(v); }, x, 2).at({1}) ==
                doctest::Approx(tanh_curve).epsilon(epsilon).scale(0));
          CHECK(derivative([](const Variable& v) { return sigmoid(v); }, x, 2).at({1}) ==
                doctest::Approx(sigmoid_curve).epsilon(epsilon).scale(0));
        }
  });
}

TEST_CASE("exp and expm1 cover the whole range") {
  on_each_isa([] {
    CHECK(exp(full({5}, 88.5)).at({4}) == doctest::Approx(std::exp(88.5)).epsilon(1e-6));
    CHECK(expm1(full({5}, 88.72)).at({4}) == doctest::Approx(std::exp(88.72)).epsilon(1e-5));
    CHECK(exp(full({5}, 709.78, DType::f64)).at({4}) == doctest::Approx(std::exp(709.78)).epsilon(1e-14));
    CHECK(expm1(full({5}, 709.78, DType::f64)).at({4}) == doctest::Approx(std::exp(709.78)).epsilon(1e-14));
    CHECK(exp(full({5}, 88.73)).at({4}) == kInfinity);
    CHECK(exp(full({5}, 709.79, DType::f64)).at({4}) == kInfinity);
    CHECK(std::signbit(expm1(full({1}, -0.0)).item()));
    const KeepDenormals keep;
    CHECK(exp(full({5}, -100)).at({4}) == std::exp(-100.0f));
    CHECK(exp(full({5}, -740, DType::f64)).at({4}) == std::exp(-740.0));
  });
}

TEST_CASE("pow: C99's special cases, even and odd exponents of any size, and exact powers") {
  const double odd = 16777215, even = 16777216, huge = 1e30, most = 9007199254740991;
  const std::vector<double> numbers{0,   -0.0, 1,   -1,   2,    -2,   0.5,  -0.5,  3,    -3,         kInfinity, -kInfinity, kNan,
                                    1.5, -1.5, odd, -odd, even, huge, most, -most, -1e3, most + 1.0, 1 / 3.0,   -2.5};
  on_each_isa([&] {
    for (DType dtype : {DType::f32, DType::f64})
      for (double b : numbers)
        for (double e : numbers) {
          const double base = full({1}, b, dtype).item(), exponent = full({1}, e, dtype).item();
          CAPTURE(base);
          CAPTURE(exponent);
          const double right = std::pow(base, exponent), rounded = dtype == DType::f32 ? static_cast<float>(right) : right;
          const double power = pow(full({1}, b, dtype), full({1}, e, dtype)).item();
          if (std::isnan(right)) {
            CHECK(std::isnan(power));
            continue;
          }
          if (std::abs(right) > 0 && std::abs(right) < (dtype == DType::f32 ? 1.2e-38 : 2.3e-308))
            continue;  // these are flushed to 0
          CHECK(std::signbit(power) == std::signbit(right));
          const double bound = std::abs(rounded) * (dtype == DType::f32 ? 1.2e-7 : 2.3e-16);
          CHECK((power == rounded || std::abs(power - rounded) <= bound));
        }
    for (std::int64_t base = 2; base < 40; ++base) {
      double power = 1;
      for (int exponent = 1; power * static_cast<double>(base) <= 9007199254740992; ++exponent) {
        power *= static_cast<double>(base);
        CHECK(pow(full({1}, static_cast<double>(base), DType::f64), exponent).item() == power);
        if (power <= 16777216) CHECK(pow(full({1}, static_cast<double>(base)), exponent).item() == power);
      }
    }
  });
}

TEST_CASE("pow: gradients at special points agree with PyTorch") {
  const auto slope = [](double b, double e, int of, bool graph) {
    Variable base = leaf(full({1}, b, DType::f64)), exponent = leaf(full({1}, e, DType::f64));
    return grad({pow(base, exponent)}, {of == 0 ? base : exponent}, {.create_graph = graph})[0].item();
  };
  for (bool graph : {false, true}) {
    CHECK(slope(0, -1, 1, graph) == -kInfinity);
    CHECK(slope(0, 0, 1, graph) == 0);
    CHECK(slope(0, 2, 1, graph) == 0);
    CHECK(std::isnan(slope(-2, 2, 1, graph)));
    CHECK(slope(kInfinity, 0, 1, graph) == kInfinity);
    CHECK(slope(2, -kInfinity, 1, graph) == 0);
    CHECK(slope(0, 0, 0, graph) == 0);
    CHECK(slope(0, 1, 0, graph) == 1);
    CHECK(slope(0, 0.5, 0, graph) == kInfinity);
    CHECK(slope(0, -1, 0, graph) == -kInfinity);
    CHECK(slope(-2, 3, 0, graph) == 12);
    CHECK(slope(kNan, 0, 0, graph) == 0);
  }
}

TEST_CASE("binary cross-entropy from logits: small losses, infinite logits and both gradients") {
  on_each_isa([] {
    for (double x : {-20.0, -8.0, 0.0, 3.0, 15.0, 60.0})
      for (double y : {0.0, 0.25, 1.0}) {
        const double right = y * (std::max(-x, 0.0) + std::log1p(std::exp(-std::abs(x)))) +
                             (1 - y) * (std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))));
        Variable logit = leaf(full({1}, x)), target = leaf(full({1}, y));
        Variable loss = binary_cross_entropy_with_logits(logit, target);
        CHECK(loss.item() == doctest::Approx(right).epsilon(1e-6));
        loss.backward();
        const double slope = (1 - y) / (1 + std::exp(-x)) - y / (1 + std::exp(x));
        CHECK(logit.grad().item() == doctest::Approx(slope).epsilon(1e-6));
        CHECK(target.grad().item() == doctest::Approx(-x).epsilon(1e-6));
      }
    for (double side : {-1.0, 1.0}) {
      Variable logit = leaf(full({1}, side * kInfinity));
      Variable right = binary_cross_entropy_with_logits(logit, full({1}, side > 0 ? 1 : 0));
      CHECK(right.item() == 0);
      right.backward();
      CHECK(logit.grad().item() == 0);
      CHECK(binary_cross_entropy_with_logits(logit, full({1}, side > 0 ? 0 : 1)).item() == kInfinity);
    }
  });
}
