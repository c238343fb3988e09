// The logarithm given to entries that do not count.
#pragma once

namespace weft {

// Far below any other log probability, yet finite: exp gives 0, and a product with 0 gives 0 instead of NaN.
inline constexpr double kMaskedLogProbability = -1e30;

}  // namespace weft
