// Splitting text into words or characters, and joining them again.
#pragma once

#include <weft/models/io/unicode.h>
#include <weft/models/options/option_field.h>
#include <weft/tensor/base/enum_names.h>

#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// The kind of token. Pieces of words, bpe and sentencepiece, need codes or a model, which text::Tokenizer has.
enum class Unit { word, character, bpe, sentencepiece };
inline constexpr EnumName<Unit> kUnitNames[] = {
    {Unit::word, "word"}, {Unit::character, "char"}, {Unit::bpe, "bpe"}, {Unit::sentencepiece, "sentencepiece"}};
std::string to_string(Unit unit);
Unit unit_from_string(std::string_view name);  // its inverse; throws ValueError on any other name

struct TokenizerOptions {
  Unit unit = Unit::word;
  Normalization normalization = Normalization::nfc;
  bool lower_case = true;
  // For words and BPE. False: splits only at white space, for text that is already tokenised.
  bool split_punctuation = true;
  // For words without a token_pattern: each character of a script that is written without spaces (Chinese, Japanese, Thai .., see
  // is_unspaced) is a token of its own, together with its combining marks; adjacent words of other scripts stay words.
  bool split_unspaced = false;
  // For words and BPE. If not empty: words are the matches of this regular expression in the cleaned text (text::Regex), white
  // space inside a match separates words, and the rest of the text is dropped. It replaces split_punctuation.
  std::string token_pattern = {};

  OptionFields fields();
  bool operator==(const TokenizerOptions&) const = default;
};

// Cleans the text before it is split: bytes that are not UTF-8 become U+FFFD, then the options' normalisation and lower-casing
// apply.
std::string clean(std::string_view text, const TokenizerOptions& options = {});

// Cuts `text`, cleaned, into words or characters. Throws ValueError for pieces of words and for a token_pattern: text::Tokenizer
// has them.
//
// Words: white space separates them. With `split_punctuation`, each punctuation mark or symbol is a token of its own, a run of
// the same mark among . - ! ? ` ' * = ~ is one token. These stay inside a word:
//   - hyphen, full stop and apostrophe between word characters; comma, colon and slash between digits: "ice-cold", "3.14",
//   "8:49", "10,000";
//   - the last full stop of letters with dots: "u.s.";
//   - an XML entity: "&apos;s".
// Contractions are split as in the Penn Treebank and as is usual for French; a typographic apostrophe counts as ' :
//   don't -> do n't   can't -> ca n't   it's -> it 's   we'll -> we 'll   l'ami -> l' ami   qu'il -> qu' il
// Tokens cut this way and joined by spaces come back unchanged. Scripts without spaces stay whole unless `split_unspaced` cuts
// them, or the unit is the character.
//
// Characters: each code point is a token, white space and punctuation included.
std::vector<std::string> tokenize(std::string_view text, const TokenizerOptions& options = {});

// Joins words by one space, characters directly. Throws ValueError for pieces of words.
std::string join(const std::vector<std::string>& tokens, Unit unit = Unit::word);

}  // namespace weft::text
