// Folds of cross-validation in which each label has its share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::text {

// The fold, 0 to folds - 1, of each text, by its label and the seed: a label's texts are spread over the folds as evenly as can
// be, and so are all texts. A label that stands once is in no fold, which the number `folds` tells, so that whatever fold is left
// out, each label is among the others. As scikit-learn's StratifiedKFold with shuffle. Throws ValueError for fewer than two
// folds.
std::vector<std::size_t> stratified_folds(std::span<const std::string> labels, std::size_t folds, std::uint64_t seed);

}  // namespace weft::text
