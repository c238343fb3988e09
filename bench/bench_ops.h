// Elementwise ops of the benchmarks.
#pragma once

#include <weft/autograd/basics/elementwise.h>

inline constexpr auto tanh_muladd = weft::elementwise("tanh_muladd", [](auto a, auto b, auto c) { return tanh(a * b + c); });
