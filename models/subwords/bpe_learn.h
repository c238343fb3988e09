// Learning the merges of byte pair encoding.
#pragma once

#include <weft/models/subwords/bpe_codes.h>
#include <weft/models/text/vocabulary.h>

#include <cstdint>

namespace weft::text {

struct BpeLearning {
  std::int64_t merges = 8000;      // the most merges to learn
  std::int64_t min_frequency = 2;  // learning ends when no pair of symbols occurs this often
};

// Learns the merges of `words`: repeatedly, the most frequent pair of neighbouring symbols becomes one symbol; of equally
// frequent pairs the last one in code point order. Symbols are characters at first. For codes that serve several languages, count
// the words of all of them. The result depends only on the counts, and equals what subword-nmt learns from the same words. Throws
// ValueError if `merges` is negative or `min_frequency` is below 1.
BpeCodes learn_bpe(const TokenCounts& words, const BpeLearning& options = {});

}  // namespace weft::text
