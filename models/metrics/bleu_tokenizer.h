// How BLEU splits lines into tokens: sacreBLEU's tokenizers that need no data.
#pragma once

#include <weft/tensor/base/enum_names.h>

#include <string>
#include <string_view>

namespace weft::metrics {

enum class BleuTokenizer {
  none,       // at white space: for text that is already tokenised
  mteval13a,  // as WMT's mteval-v13a script: for plain text of languages with spaces
  character,  // each character is a token, without white space: for example for Chinese or Japanese
};

// SacreBLEU's names.
inline constexpr EnumName<BleuTokenizer> kBleuTokenizerNames[] = {
    {BleuTokenizer::none, "none"}, {BleuTokenizer::mteval13a, "13a"}, {BleuTokenizer::character, "char"}};
std::string to_string(BleuTokenizer tokenizer);

// Returns the tokens of a line, separated by white space. Bytes that are not UTF-8 become U+FFFD.
//
// 13a: the entities of " & < > are decoded, and "<skipped>" is removed. A hyphen at the end of a line joins it to the next line.
// ASCII symbols are separate tokens, except ', a full stop or comma between digits, and a hyphen without a digit before it.
std::string tokenize_for_bleu(std::string_view line, BleuTokenizer tokenizer);

}  // namespace weft::metrics
