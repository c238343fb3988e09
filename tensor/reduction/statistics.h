// Standard deviations, and sums and means that leave NaN out.
#pragma once

#include <weft/tensor/reduction/reduce.h>

namespace weft {

// The sum and the mean of the elements that are not NaN.
Tensor nansum(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Tensor nanmean(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
// The square root of var(): PyTorch's and NumPy's std, whose name C++ has taken.
Tensor stddev(const Tensor& x, const Axes& axes = {}, double correction = 1, bool keepdim = false, Where caller = Where::here());

}  // namespace weft
