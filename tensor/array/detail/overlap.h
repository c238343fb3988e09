// Tensors that share memory, for ops that write into tensors that are there.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// Whether some byte may belong to both. Views whose elements alternate in one memory count too.
bool overlap(const Tensor& a, const Tensor& b);

// Whether both are the same elements in the same order.
bool same_elements(const Tensor& a, const Tensor& b);

// Throws ValueError when several elements of the target are one number in memory, as in an expanded tensor.
void check_own_elements(const char* op, const Tensor& target, Where where);

}  // namespace weft
