// Rounding, the part that it removes, and the sign. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

inline constexpr auto floor_op = elementwise("floor", [](auto x) { return floor(x); });
inline constexpr auto ceil_op = elementwise("ceil", [](auto x) { return ceil(x); });
inline constexpr auto trunc_op = elementwise("trunc", [](auto x) { return trunc(x); });
inline constexpr auto round_op = elementwise("round", [](auto x) { return round(x); });
inline constexpr auto frac_op = elementwise("frac", [](auto x) { return x - trunc(x); });
// The sign of x, 0 for 0 and NaN for NaN; as a step it has no slope.
inline constexpr auto sign_op = elementwise("sign", [](auto x) {
  auto bounded = maximum(minimum(ceil(abs(x)), 1), 0);
  return where(x < 0, -bounded, bounded);
});

}  // namespace weft
