// An op that no weft_add_ops compiles, so that it runs on the instruction set of the file that calls it.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace user {

inline constexpr auto slow_swish = weft::elementwise("slow_swish", [](auto x) { return x / (1 + exp(-x)); });

}  // namespace user
