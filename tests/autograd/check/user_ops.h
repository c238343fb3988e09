// Ops as a user would write them, compiled for each instruction set by weft_add_ops.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace user {

using weft::elementwise;

inline constexpr auto swish = elementwise("swish", [](auto x) { return x / (1 + exp(-x)); });

// An op with two results, one of which few callers use.
inline constexpr auto polar = elementwise("polar", [](auto x, auto y) {
  auto square = x * x + y * y;
  return weft::outputs(sqrt(square), x / square);
});

inline constexpr auto eight = elementwise(
    "eight", [](auto a, auto b, auto c, auto d, auto e, auto f, auto g, auto h) { return a * b + c * d - e / f + g * sin(h); });

// An op with literals on either side, combined conditions, and a mask as an argument.
inline constexpr auto choose = elementwise("choose", [](auto mask, auto x, auto limit) {
  auto inside = where(-limit < x && !(x >= limit), x * x, 2 * abs(x) - 1);
  return where(mask, inside, 0.5 * maximum(0, x));
});

// The logarithm is never used where it is undefined.
inline constexpr auto safe_log = elementwise("safe_log", [](auto x) { return where(x > 0, log(x), 0); });

}  // namespace user
