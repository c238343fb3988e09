// What concat of Tensors and its gradient agree on.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft::detail {

// The part that says how many dimensions the result of concat has: the first that is not of shape [0], if there is one.
std::size_t shaping_part(std::span<const Tensor> parts);

}  // namespace weft::detail
