// Splits a piece of text without white space into words and punctuation, by the rules that tokenize.h states.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// Appends the tokens of `piece` to `tokens`.
void split_word(std::u32string_view piece, std::vector<std::string>& tokens);

}  // namespace weft::text
