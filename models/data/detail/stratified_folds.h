// Folds of cross-validation with the same share of each label.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::text {

// Returns the fold, 0 to folds - 1, of each text, determined by its label and the seed. The texts of a label are spread over the
// folds as evenly as possible, and so are all texts. A text whose label occurs only once is in no fold, which is marked by the
// number `folds`, so that whichever fold is left out, all labels are among the others. As in scikit-learn's StratifiedKFold with
// shuffle. Throws ValueError for fewer than two folds.
std::vector<std::size_t> stratified_folds(std::span<const std::string> labels, std::size_t folds, std::uint64_t seed);

}  // namespace weft::text
