// The logarithm that entries have which do not count.
#pragma once

namespace weft {

// Far below any other logarithm of a probability, yet finite, so that exp gives 0 and a product with 0 gives 0, not NaN.
inline constexpr double kMaskedLogProbability = -1e30;

}  // namespace weft
