// Combinations of two or three tensors, each defined by its formula. Compiled once per instruction set.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

// Exact at both ends.
inline constexpr auto lerp_op = elementwise("lerp", [](auto start, auto end, auto weight) {
  return where(weight < 0.5, start + weight * (end - start), end - (end - start) * (1 - weight));
});
inline constexpr auto addcmul_op = elementwise("addcmul", [](auto x, auto a, auto b, auto value) { return x + value * (a * b); });
inline constexpr auto addcdiv_op = elementwise("addcdiv", [](auto x, auto a, auto b, auto value) { return x + value * (a / b); });

}  // namespace weft
