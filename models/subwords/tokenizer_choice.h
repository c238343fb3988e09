// A tokenizer as a user asks for it: by options, from a file, or learnt from the text that a model is trained on.
#pragma once

#include <weft/models/subwords/bpe_learn.h>
#include <weft/models/subwords/tokenizer.h>

#include <functional>
#include <string>

namespace weft::text {

struct TokenizerChoice {
  TokenizerOptions options = {};
  BpeLearning bpe = {};            // unit bpe without a file of codes: how they are learnt
  std::string bpe_codes = {};      // unit bpe: file of codes
  std::string sentencepiece = {};  // unit sentencepiece: file of the model
};

// How often each word stands in a text, by a tokenizer that cuts words.
using WordCounter = std::function<TokenCounts(const Tokenizer& words)>;

// Calls `count` only where codes are to be learnt. Throws ValueError for a file of another unit and for a SentencePiece model
// that is not given, IoError, FormatError.
Tokenizer make_tokenizer(const TokenizerChoice& choice, const WordCounter& count);

}  // namespace weft::text
