// Variables in another dtype.
#pragma once

#include <weft/autograd/graph/variable.h>

namespace weft {

// Returns x converted as by the cast of Tensors, or x itself if it has that dtype. The gradient has x's dtype. Integer results
// are constants.
Variable cast(const Variable& x, DType dtype, Where caller = Where::here());

}  // namespace weft
