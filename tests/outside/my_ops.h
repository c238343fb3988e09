// Elementwise ops of our own: each is its formula. Values and gradients run on SIMD registers of every instruction set.
#pragma once

#include <weft/autograd/basics/elementwise.h>

inline constexpr auto swish = weft::elementwise("swish", [](auto x) { return x / (1 + exp(-x)); });

// Srivastava et al. 2015: the share g of y, and of x the rest.
inline constexpr auto highway = weft::elementwise("highway", [](auto gate, auto y, auto x) {
  auto g = sigmoid(gate);
  return g * y + (1 - g) * x;
});
