// What a search through a decoder's outputs finds, and what all searches are told.
#pragma once

#include <weft/nn/batch.h>

#include <limits>
#include <vector>

namespace weft {

// A translation.
struct Hypothesis {
  std::vector<std::int64_t> ids;  // without <s> and </s>
  double log_probability = 0;     // ln p of all its words, </s> included
  double score = 0;               // log_probability / (number of words, </s> included)^length_penalty
  Tensor attention;               // f32 [ids, source tokens]: where the decoder looked for each; undefined without attention
};

struct SearchOptions {
  std::int64_t max_length = 100;                                  // words; then only </s> may follow
  double length_factor = 2;                                       // at most so many times the source's tokens ..
  std::int64_t length_margin = 50;                                // .. plus so many, if that is less
  double length_penalty = 1;                                      // 0: no normalisation, which favours short translations
  bool unknown = false;                                           // whether <unk> may be written
  std::int64_t words = std::numeric_limits<std::int64_t>::max();  // ids from here on have no word and are never written
};

// The most words for a source of so many tokens: min(max_length, length_factor * tokens + length_margin).
std::int64_t longest_output(std::int64_t source_tokens, const SearchOptions& options);

}  // namespace weft
