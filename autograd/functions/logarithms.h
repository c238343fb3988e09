// Powers and logarithms of Variables beside those of math.h, as in tensor/functions/logarithms.h.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/functions/logarithms.h>

namespace weft {

Variable log2(const Variable& x, Where caller = Where::here());
Variable log10(const Variable& x, Where caller = Where::here());
Variable exp2(const Variable& x, Where caller = Where::here());
Variable rsqrt(const Variable& x, Where caller = Where::here());
Variable logit(const Variable& x, Where caller = Where::here());
Variable logaddexp(const Variable& a, const Variable& b, Where caller = Where::here());
Variable xlogy(const Variable& x, const Variable& y, Where caller = Where::here());

}  // namespace weft
