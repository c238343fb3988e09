// Cutting text into words or characters, and joining them again.
#pragma once

#include <weft/models/io/unicode.h>
#include <weft/tensor/base/enum_names.h>

#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// What a token is. Pieces of words, bpe and sentencepiece, need codes or a model: text::Tokenizer has them.
enum class Unit { word, character, bpe, sentencepiece };
inline constexpr EnumName<Unit> kUnitNames[] = {
    {Unit::word, "word"}, {Unit::character, "char"}, {Unit::bpe, "bpe"}, {Unit::sentencepiece, "sentencepiece"}};
std::string to_string(Unit unit);
Unit unit_from_string(std::string_view name);  // its inverse; throws ValueError on any other name

struct TokenizerOptions {
  Unit unit = Unit::word;
  Normalization normalization = Normalization::nfc;
  bool lower_case = true;
  // Of words and BPE. False: cut at white space and nowhere else, as text that is tokenised already asks for.
  bool split_punctuation = true;
  // Of words that no token_pattern makes: each character of a script that is written without spaces (Chinese, Japanese, Thai ..,
  // see is_unspaced) is a token of its own, with the marks on it; words of other scripts beside it stay words.
  bool split_unspaced = false;
  // Of words and BPE. Not empty: words are what this regular expression matches in the cleaned text (text::Regex), white space
  // inside a match separates, and the rest of the text is left out. It is in place of split_punctuation.
  std::string token_pattern = {};

  bool operator==(const TokenizerOptions&) const = default;
};

// The text before it is cut: bytes that are not UTF-8 become U+FFFD, then the options' normalisation and lower case.
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
// Contractions are cut as in the Penn Treebank and as French is usually tokenised, a typographic apostrophe reads as ' :
//   don't -> do n't   can't -> ca n't   it's -> it 's   we'll -> we 'll   l'ami -> l' ami   qu'il -> qu' il
// Tokens cut this way and joined by spaces come back unchanged. Scripts without spaces stay whole unless `split_unspaced` cuts
// them, or the unit is the character.
//
// Characters: each code point is a token, white space and punctuation included.
std::vector<std::string> tokenize(std::string_view text, const TokenizerOptions& options = {});

// Words joined by one space, characters by nothing. Throws ValueError for pieces of words.
std::string join(const std::vector<std::string>& tokens, Unit unit = Unit::word);

}  // namespace weft::text
