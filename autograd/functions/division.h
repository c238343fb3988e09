// Remainders of Variables, as in tensor/functions/division.h. A whole quotient is a step and has no gradient: floor_divide takes
// Tensors.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/functions/division.h>

namespace weft {

// The gradients are 1 for a and minus the whole quotient for b.
Variable remainder(const Variable& a, const Variable& b, Where caller = Where::here());
Variable remainder(const Variable& a, Divisor b, Where caller = Where::here());
Variable fmod(const Variable& a, const Variable& b, Where caller = Where::here());
Variable fmod(const Variable& a, Divisor b, Where caller = Where::here());

}  // namespace weft
