// The functions of tensor/reduction/statistics.h on Variables.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/reduction/statistics.h>

namespace weft {

Variable nansum(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Variable nanmean(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Variable stddev(const Variable& x, const Axes& axes = {}, double correction = 1, bool keepdim = false,
                Where caller = Where::here());

}  // namespace weft
