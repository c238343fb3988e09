// Checks of the numbers that activations take.
#pragma once

#include <weft/tensor/base/error.h>

namespace weft {

// Throws ValueError unless alpha is a number that celu can divide by.
inline double checked_alpha(double alpha, Where caller) {
  check<ValueError>(alpha < 0 || alpha > 0, caller, "celu: alpha is ", alpha);
  return alpha;
}
// Throws ValueError for a negative bound, and NaN, in the name of `op`.
inline double checked_bound(const char* op, double bound, Where caller) {
  check<ValueError>(bound >= 0, caller, op, ": the bound is ", bound, ", which is negative");
  return bound;
}

}  // namespace weft
