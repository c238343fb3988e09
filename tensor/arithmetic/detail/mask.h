// Checks of masks and conditions.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// Throws ValueError for an undefined mask, DtypeError unless it is bool.
inline void check_mask(const char* op, const Tensor& mask, Where caller) {
  check_defined(op, "mask", mask, caller);
  check<DtypeError>(mask.dtype() == DType::boolean, caller, op, ": the mask must be bool, not ", mask.dtype());
}

// As above, for the condition of where(), which may also be integers: they are true if they are not 0. Floating conditions are
// refused, because it is up to the caller what 0.5 or NaN means.
inline void check_condition(const Tensor& condition, Where caller) {
  check_defined("where", "condition", condition, caller);
  check<DtypeError>(!is_floating(condition.dtype()), caller, "where: the condition must be bool or integers, not ",
                    condition.dtype());
}

}  // namespace weft
