// Whether and how often elements are not 0.
#pragma once

#include <weft/tensor/reduction/reduce.h>

namespace weft {

// Whether any element is not 0, whether all are not, and how many are not: bool, bool, i64. NaN is not 0.
Tensor any(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Tensor all(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Tensor count_nonzero(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());

}  // namespace weft
