// Masks: which elements an op means.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// Throws ValueError for an undefined mask, DtypeError unless it is bool.
inline void check_mask(const char* op, const Tensor& mask, Where where) {
  check_defined(op, "mask", mask, where);
  check<DtypeError>(mask.dtype() == DType::boolean, where, op, ": the mask is bool, not ", mask.dtype());
}

// The same for the condition of where, which may be integers: they hold where they are not 0. What 0.5 or NaN would mean is for
// the caller to say.
inline void check_condition(const Tensor& condition, Where where) {
  check_defined("where", "condition", condition, where);
  check<DtypeError>(!is_floating(condition.dtype()), where, "where: the condition is bool or integers, not ", condition.dtype());
}

}  // namespace weft
