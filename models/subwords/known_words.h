// How much of a text a vocabulary and a tokenizer know.
#pragma once

#include <weft/models/subwords/tokenizer.h>
#include <weft/models/text/vocabulary.h>

#include <string>
#include <tuple>

namespace weft::text {

struct KnownWords {
  std::int64_t tokens = 0, known = 0;  // all tokens, and those in the vocabulary
  std::int64_t words = 0, whole = 0;   // unit bpe: all words, and those that are a single piece

  static KnownWords of(std::span<const std::string> tokens, const Vocabulary& vocabulary, const Tokenizer& tokenizer);
  KnownWords& operator+=(const KnownWords& more);
  auto fields() { return std::tie(tokens, known, words, whole); }
};

// Returns a share such as "97.31 %".
std::string share(std::int64_t part, std::int64_t whole);

}  // namespace weft::text
