// The texts of each run of a comparison.
#pragma once

#include <weft/models/data/example_source.h>

#include <cstdint>
#include <vector>

namespace weft::detail {

using LabelledTexts = std::vector<text::LabelledText>;

struct ComparisonSplit {
  LabelledTexts train, chooses, scores;  // without texts that choose, training holds out its own
};

// `texts`, or so many of them, drawn by the seed and in their order. 0: all.
LabelledTexts draw_texts(const LabelledTexts& texts, std::int64_t most, std::uint64_t seed);

// A fifth of the texts, the one that `run` says, scores. A tenth of the others chooses the epoch if `choose`, else they all
// train. Throws ValueError where no label has two texts.
constexpr std::size_t kComparisonFolds = 5;
ComparisonSplit fold_split(const LabelledTexts& texts, std::size_t run, std::uint64_t seed, bool choose);

// A half of the dev texts chooses and the other scores; runs 0 and 1, 2 and 3 .. change the halves' parts.
ComparisonSplit dev_split(const LabelledTexts& texts, const LabelledTexts& dev, std::size_t run, std::uint64_t seed);

}  // namespace weft::detail
