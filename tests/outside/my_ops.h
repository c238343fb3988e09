// Elementwise ops of this project. Each one is only its formula; values and gradients run on the SIMD registers of every
// instruction set.
#pragma once

#include <weft/autograd/basics/elementwise.h>

inline constexpr auto swish = weft::elementwise("swish", [](auto x) { return x / (1 + exp(-x)); });

// Mixes y with weight g and x with weight 1 - g (Srivastava et al. 2015).
inline constexpr auto highway = weft::elementwise("highway", [](auto gate, auto y, auto x) {
  auto g = sigmoid(gate);
  return g * y + (1 - g) * x;
});
