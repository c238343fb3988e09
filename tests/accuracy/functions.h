// The functions whose accuracy tensor/docs/accuracy.md states, with their exact values and slopes in a wider number type N that
// has the functions of <cmath>: double for f32, and long double or MPFR's numbers for f64.
#pragma once

#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>

#include <cmath>
#include <limits>
#include <vector>

namespace weft {

template <class N>
struct AccurateFunction {
  const char* name;
  Variable (*function)(const Variable&);
  N (*value)(const N&);
  N (*slope)(const N&);
  double low, high;         // between these, results are neither 0, 1, x nor infinite
  double ulps, slope_ulps;  // bounds for the errors of normal results, in units in the last place
};

namespace exact {

using std::exp, std::expm1, std::log, std::log1p, std::tanh, std::erf, std::erfc, std::sqrt, std::abs, std::pow;

template <class N>
N decay(const N& x) {
  return exp(-abs(x));
}
template <class N>
N sigmoid(const N& x) {
  return (x < N(0) ? decay(x) : N(1)) / (N(1) + decay(x));
}
template <class N>
N sigmoid_slope(const N& x) {
  return decay(x) / ((N(1) + decay(x)) * (N(1) + decay(x)));
}
template <class N>
N pi() {
  return N(4) * atan(N(1));
}
template <class N>
N normal_cdf(const N& x) {
  return erfc(-x / sqrt(N(2))) / N(2);
}
template <class N>
N normal_pdf(const N& x) {
  return exp(-x * x / N(2)) / sqrt(N(2) * pi<N>());
}

}  // namespace exact

template <class N>
std::vector<AccurateFunction<N>> accurate_functions(DType dtype) {
  using namespace exact;
  using V = const Variable&;
  using X = const N&;
  const bool single = dtype == DType::f32;
  const double least = single ? -104 : -746, most = single ? 89 : 710, tail = single ? -14.3 : -38.6,
               huge = single ? 3e38 : 1e308;
  const double tiny = single ? 1.2e-38 : 2.3e-308;
  return {
      {"exp", [](V x) { return weft::exp(x); }, [](X x) -> N { return exp(x); }, [](X x) -> N { return exp(x); }, least, most, 2,
       8},
      {"expm1", [](V x) { return weft::expm1(x); }, [](X x) -> N { return expm1(x); }, [](X x) -> N { return exp(x); }, least,
       most, 2, 8},
      {"log", [](V x) { return weft::log(x); }, [](X x) -> N { return log(x); }, [](X x) -> N { return N(1) / x; }, tiny, huge, 2,
       8},
      {"log1p", [](V x) { return weft::log1p(x); }, [](X x) -> N { return log1p(x); }, [](X x) -> N { return N(1) / (N(1) + x); },
       -0.9999999, huge, 2, 8},
      {"tanh", [](V x) { return weft::tanh(x); }, [](X x) -> N { return tanh(x); },
       [](X x) -> N { return N(4) * sigmoid_slope(N(x + x)); }, least / 2, -least / 2, 2, 8},
      {"sigmoid", [](V x) { return weft::sigmoid(x); }, [](X x) -> N { return sigmoid(x); },
       [](X x) -> N { return sigmoid_slope(x); }, least, -least, 2, 8},
      {"erf", [](V x) { return weft::erf(x); }, [](X x) -> N { return erf(x); },
       [](X x) -> N { return N(2) * exp(-x * x) / sqrt(pi<N>()); }, tail * 0.71, -tail * 0.71, 2, 8},
      {"normal_cdf", [](V x) { return weft::normal_cdf(x); }, [](X x) -> N { return normal_cdf(x); },
       [](X x) -> N { return normal_pdf(x); }, tail, -tail, 4, 8},
      {"normal_pdf", [](V x) { return weft::normal_pdf(x); }, [](X x) -> N { return normal_pdf(x); },
       [](X x) -> N { return -x * normal_pdf(x); }, tail, -tail, 4, 8},
      {"gelu", [](V x) { return weft::gelu(x); }, [](X x) -> N { return x * normal_cdf(x); },
       [](X x) -> N { return normal_cdf(x) + x * normal_pdf(x); }, tail, 20, 4, 8},
      {"silu", [](V x) { return weft::silu(x); }, [](X x) -> N { return x * sigmoid(x); },
       [](X x) -> N { return sigmoid(x) * (N(1) + x * sigmoid(N(-x))); }, least * 1.05, -least, 4, 8},
      {"elu", [](V x) { return weft::elu(x); }, [](X x) -> N { return x > N(0) ? x : expm1(x); },
       [](X x) -> N { return x > N(0) ? N(1) : exp(x); }, least, 20, 4, 8},
      {"softplus", [](V x) { return weft::softplus(x); }, [](X x) -> N { return (x > N(0) ? x : N(0)) + log1p(decay(x)); },
       [](X x) -> N { return sigmoid(x); }, least, -least, 4, 8},
      {"pow(x, 1.75)", [](V x) { return weft::pow(x, 1.75); }, [](X x) -> N { return pow(x, N(1.75)); },
       [](X x) -> N { return N(1.75) * pow(x, N(0.75)); }, single ? 1e-22 : 1e-177, single ? 1e22 : 1e176, 1, 8},
      {"pow(1.75, x)", [](V x) { return weft::pow(1.75, x); }, [](X x) -> N { return pow(N(1.75), x); },
       [](X x) -> N { return pow(N(1.75), x) * log(N(1.75)); }, least * 1.79, most * 1.79, 1, 8},
  };
}

// Returns the distance of `got` from `right` in units in the last place of T at `right` (below the normal numbers, in units of
// the smallest denormal). Beyond the range of T, and for NaN, returns 0 or infinity.
template <class T, class N>
double error_in_ulps(T got, const N& right) {
  using Limits = std::numeric_limits<T>;
  const double rounded = static_cast<double>(right);
  if (std::isnan(rounded)) return std::isnan(got) ? 0 : std::numeric_limits<double>::infinity();
  if (std::abs(rounded) > static_cast<double>(Limits::max()) * (1 + static_cast<double>(Limits::epsilon()) / 4))
    return std::isinf(got) && (got > 0) == (rounded > 0) ? 0 : std::numeric_limits<double>::infinity();
  if (!std::isfinite(got)) return std::isnan(got) ? std::numeric_limits<double>::infinity() : 1;
  const int exponent = rounded == 0 ? Limits::min_exponent - 1 : std::max(std::ilogb(rounded), Limits::min_exponent - 1);
  // In two steps, because the unit may be too small for N's conversion to double.
  const N apart =
      (N(static_cast<double>(got)) - right) * N(std::ldexp(1.0, -exponent / 2)) * N(std::ldexp(1.0, exponent / 2 - exponent));
  return std::abs(static_cast<double>(apart)) * std::ldexp(1.0, Limits::digits - 1);
}

// The largest errors of normal and of denormal results.
struct LargestErrors {
  double normal = 0, denormal = 0, at = 0;

  template <class T, class N>
  void take(T x, T got, const N& right) {
    const double error = error_in_ulps(got, right);
    if (std::abs(static_cast<double>(right)) < static_cast<double>(std::numeric_limits<T>::min()))
      denormal = std::max(denormal, error);
    else if (error > normal)
      normal = error, at = static_cast<double>(x);
  }
};

}  // namespace weft
