// The largest finite number of a floating dtype.
#pragma once

#include <weft/tensor/base/dtype.h>

#include <limits>

namespace weft {

inline double largest_number(DType dtype) {
  return dtype == DType::f32 ? static_cast<double>(std::numeric_limits<float>::max()) : std::numeric_limits<double>::max();
}

}  // namespace weft
