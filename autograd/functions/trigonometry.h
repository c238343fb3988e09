// Trigonometric and hyperbolic functions of Variables, as in tensor/functions/trigonometry.h.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/functions/trigonometry.h>

namespace weft {

Variable tan(const Variable& x, Where caller = Where::here());
Variable asin(const Variable& x, Where caller = Where::here());
Variable acos(const Variable& x, Where caller = Where::here());
Variable atan(const Variable& x, Where caller = Where::here());
Variable atan2(const Variable& y, const Variable& x, Where caller = Where::here());
Variable sinh(const Variable& x, Where caller = Where::here());
Variable cosh(const Variable& x, Where caller = Where::here());
Variable asinh(const Variable& x, Where caller = Where::here());
Variable acosh(const Variable& x, Where caller = Where::here());
Variable atanh(const Variable& x, Where caller = Where::here());

}  // namespace weft
