// The rules by which a piece of text without white space is cut into words and punctuation; tokenize.h states them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// Appends the tokens of `piece` to `tokens`.
void split_word(std::u32string_view piece, std::vector<std::string>& tokens);

}  // namespace weft::text
