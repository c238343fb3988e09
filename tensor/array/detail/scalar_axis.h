// Scalars as arguments of ops along an axis.
#pragma once

#include <weft/tensor/array/views.h>

namespace weft {

// Applies f to a scalar x, a Tensor or a Variable, as to a vector of one number (so that it has the axes 0 and -1), and returns a
// scalar again.
template <class X, class F>
X along_scalar(const X& x, F f) {
  return reshape(f(reshape(x, {1})), {});
}

}  // namespace weft
