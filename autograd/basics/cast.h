// Variables in another dtype.
#pragma once

#include <weft/autograd/graph/variable.h>

namespace weft {

// x converted as by the cast of Tensors, or x itself when it has that dtype; its gradient has x's. Integers are constants.
Variable cast(const Variable& x, DType dtype, Where where = Where::here());

}  // namespace weft
