// Functions of one input, each defined by its formula. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

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

}  // namespace weft
