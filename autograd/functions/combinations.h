// Combinations of two or three Variables, as in tensor/functions/combinations.h.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/functions/combinations.h>

namespace weft {

Variable lerp(const Variable& start, const Variable& end, const Variable& weight, Where caller = Where::here());
Variable lerp(const Variable& start, const Variable& end, double weight, Where caller = Where::here());
Variable addcmul(const Variable& x, const Variable& a, const Variable& b, double value = 1, Where caller = Where::here());
Variable addcdiv(const Variable& x, const Variable& a, const Variable& b, double value = 1, Where caller = Where::here());

}  // namespace weft
