// Dropout as one formula. Compiled once per instruction set; nn/layers/dropout.cpp calls it.
#pragma once

#include <weft/tensor/elementwise/elementwise.h>

namespace weft {

// `kept` is 0 or 1.
inline constexpr auto dropout_op =
    elementwise("dropout", [](auto x, auto kept, auto scale) { return x * (kept * scale); }).without_gradient();

}  // namespace weft
