// Learning the merges of byte pair encoding.
#pragma once

#include <weft/models/subwords/bpe_codes.h>
#include <weft/models/text/vocabulary.h>

#include <cstdint>

namespace weft::text {

struct BpeLearning {
  std::int64_t merges = 8000;      // at most so many
  std::int64_t min_frequency = 2;  // ends when no pair of symbols occurs so often
};

// The merges of `words`: again and again the pair of neighbouring symbols that occurs most often becomes one symbol, of equally
// frequent ones the last by the order of code points. Symbols are characters at first. For codes that serve several languages,
// count the words of all of them. Depends on the counts alone, and equals what subword-nmt learns from the same words.
// Throws ValueError when `merges` is negative or `min_frequency` below 1.
BpeCodes learn_bpe(const TokenCounts& words, const BpeLearning& options = {});

}  // namespace weft::text
