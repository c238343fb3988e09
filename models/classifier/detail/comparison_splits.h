// The texts of each run of a comparison.
#pragma once

#include <weft/models/data/example_source.h>

#include <cstdint>
#include <vector>

namespace weft::detail {

using LabelledTexts = std::vector<text::LabelledText>;

struct ComparisonSplit {
  LabelledTexts train, chooses, scores;  // if `chooses` is empty, training holds out texts of its own
};

// Returns at most `most` of the texts, drawn at random by the seed and kept in their order; 0 means all.
LabelledTexts draw_texts(const LabelledTexts& texts, std::int64_t most, std::uint64_t seed);

// Returns the split of a run: the fold number `run` of five scores. With `choose`, a tenth of the other texts chooses the epoch;
// otherwise all of them are trained on. Throws ValueError if no label has two texts.
constexpr std::size_t kComparisonFolds = 5;
ComparisonSplit fold_split(const LabelledTexts& texts, std::size_t run, std::uint64_t seed, bool choose);

// Returns a split in which one half of the dev texts chooses the epoch and the other half scores. In each pair of runs (0 and 1,
// 2 and 3, ..) the halves swap their roles.
ComparisonSplit dev_split(const LabelledTexts& texts, const LabelledTexts& dev, std::size_t run, std::uint64_t seed);

}  // namespace weft::detail
