// Rounding of Variables, as in tensor/functions/rounding.h.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/functions/rounding.h>

namespace weft {

Variable floor(const Variable& x, Where caller = Where::here());
Variable ceil(const Variable& x, Where caller = Where::here());
Variable trunc(const Variable& x, Where caller = Where::here());
Variable round(const Variable& x, Where caller = Where::here());
Variable frac(const Variable& x, Where caller = Where::here());
Variable sign(const Variable& x, Where caller = Where::here());

}  // namespace weft
