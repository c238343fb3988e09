// Trigonometric and hyperbolic functions. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

inline constexpr auto tan_op = elementwise("tan", [](auto x) { return tan(x); });
inline constexpr auto asin_op = elementwise("asin", [](auto x) { return asin(x); });
inline constexpr auto acos_op = elementwise("acos", [](auto x) { return acos(x); });
inline constexpr auto atan_op = elementwise("atan", [](auto x) { return atan(x); });
inline constexpr auto sinh_op = elementwise("sinh", [](auto x) { return sinh(x); });
inline constexpr auto cosh_op = elementwise("cosh", [](auto x) { return cosh(x); });
inline constexpr auto asinh_op = elementwise("asinh", [](auto x) { return asinh(x); });
inline constexpr auto acosh_op = elementwise("acosh", [](auto x) { return acosh(x); });
inline constexpr auto atanh_op = elementwise("atanh", [](auto x) { return atanh(x); });
inline constexpr auto atan2_op = elementwise("atan2", [](auto y, auto x) { return atan2(y, x); });

}  // namespace weft
