// A tokenizer as a value: it splits the lines that a model reads and joins those that it writes.
#pragma once

#include <weft/models/subwords/bpe.h>
#include <weft/models/subwords/sentencepiece.h>
#include <weft/models/text/regex.h>
#include <weft/models/text/tokenize.h>

#include <optional>
#include <string>
#include <variant>

namespace weft::text {

// Words, characters, or pieces of words by BPE or a SentencePiece model. Copies share codes and model; several threads may use
// one.
class Tokenizer {
 public:
  // Words or characters. Throws ValueError if the options ask for pieces of words. All constructors throw it for a token_pattern
  // that is not a valid regular expression, or that does not apply to the unit.
  explicit Tokenizer(const TokenizerOptions& options = {});
  // Words by the options, split into pieces by the codes.
  Tokenizer(const TokenizerOptions& options, BpeCodes codes);
  // The options' normalisation and lower-casing are applied before the model's own.
  Tokenizer(const TokenizerOptions& options, SentencePiece model);

  const TokenizerOptions& options() const { return options_; }
  Unit unit() const { return options_.unit; }
  const BpeCodes* bpe_codes() const;           // null for other units
  const SentencePiece* sentencepiece() const;  // null for other units

  std::vector<std::string> tokens(std::string_view line) const;

  // Returns the line of these tokens: pieces are joined to words, words by one space, characters directly.
  std::string text(const std::vector<std::string>& tokens) const;

  // Returns whether both split every line in the same way: by the same options, codes and model.
  bool operator==(const Tokenizer& other) const;

 private:
  std::vector<std::string> words(std::string_view line) const;

  TokenizerOptions options_;
  std::optional<Regex> regex_;  // the options' token_pattern
  std::variant<std::monostate, Bpe, SentencePiece> model_;
};

}  // namespace weft::text
