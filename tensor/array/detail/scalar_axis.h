// Scalars in ops along an axis.
#pragma once

#include <weft/tensor/array/views.h>

namespace weft {

// f of a scalar x, a Tensor or a Variable, as one number along the axis 0 or -1; the result is a scalar again.
template <class X, class F>
X along_scalar(const X& x, F f) {
  return reshape(f(reshape(x, {1})), {});
}

}  // namespace weft
