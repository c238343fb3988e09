// The rule that concat of Tensors and its gradient share.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft::detail {

// Returns the index of the part that determines the number of dimensions of concat's result: the first that is not of shape [0],
// if there is one.
std::size_t shaping_part(std::span<const Tensor> parts);

}  // namespace weft::detail
