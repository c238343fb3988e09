#include <weft/models/decoding/search_score.h>

#include <algorithm>
#include <cmath>

namespace weft {

namespace {

double norm(std::int64_t words, const SearchOptions& options) {
  const auto n = static_cast<double>(words);
  return std::pow(options.length_norm == LengthNorm::gnmt ? (5 + n) / 6 : n, options.alpha);
}

}  // namespace

double search_score(double value, std::int64_t words, std::span<const double> coverage, const SearchOptions& options) {
  constexpr double kLeastCoverage = 1e-6;
  double covered = 0;
  for (double sum : coverage) covered += std::log(std::clamp(sum, kLeastCoverage, 1.0));
  return value / norm(words, options) + options.coverage_penalty * covered;
}

double search_bound(double value, std::int64_t longest, const SearchOptions& options) { return value / norm(longest, options); }

}  // namespace weft
