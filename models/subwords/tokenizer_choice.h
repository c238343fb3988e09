// A tokenizer as requested by a user: by options, from a file, or learnt from the text that a model is trained on.
#pragma once

#include <weft/models/subwords/bpe_learn.h>
#include <weft/models/subwords/tokenizer.h>

#include <functional>
#include <string>

namespace weft::text {

struct TokenizerChoice {
  TokenizerOptions options = {};
  BpeLearning bpe = {};            // unit bpe without a file of codes: how to learn them
  std::string bpe_codes = {};      // unit bpe: file of codes
  std::string sentencepiece = {};  // unit sentencepiece: file of the model
};

// Counts each word of a text, using a tokenizer that splits words.
using WordCounter = std::function<TokenCounts(const Tokenizer& words)>;

// Calls `count` only if codes must be learnt. Throws ValueError for a file of another unit and for a missing SentencePiece model,
// IoError, FormatError.
Tokenizer make_tokenizer(const TokenizerChoice& choice, const WordCounter& count);

}  // namespace weft::text
