// Matrix products of integers.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// a [.., m, k] x b [.., k, n] with the same batch axes -> [.., m, n]. Both are integers of any dtype; the result has the wider
// one and wraps around.
Tensor integer_gemm(const Tensor& a, const Tensor& b);

}  // namespace weft
