// Matrix products of integers.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// a [.., m, k] x b [.., k, n] with the same batch axes, integers of any dtypes -> [.., m, n] of the wider one, which wraps
// around.
Tensor integer_product(const Tensor& a, const Tensor& b);

}  // namespace weft
