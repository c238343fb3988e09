// Adding in place.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// to += x, broadcast to the shape of `to`. Throws ShapeError, DtypeError unless `to` is contiguous, floating and large enough.
void add_to(Tensor& to, const Tensor& x, Where caller = Where::here());

}  // namespace weft
