// Tests whether tensors share memory, for ops that write into existing tensors.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// Returns whether a and b may share a byte. Views whose elements interleave in the same memory count as overlapping.
bool overlap(const Tensor& a, const Tensor& b);

// Returns whether both consist of the same elements in the same order.
bool same_elements(const Tensor& a, const Tensor& b);

// Throws ValueError if several elements of the target share one place in memory, as in an expanded tensor.
void check_own_elements(const char* op, const Tensor& target, Where caller);

}  // namespace weft
