// Text as part of an output line.
#pragma once

#include <string>
#include <string_view>

namespace weft::text {

// Returns `text` with the characters replaced that could end a line, a column or a string: an ASCII control character becomes its
// picture, from U+2400 on (line feed ␊, tab ␉, NUL ␀, delete ␡); U+0085, U+2028 and U+2029 become ␤. All other bytes are
// unchanged.
std::string one_line(std::string_view text);

// The same for an entry of a list that is separated by spaces: a space is written as ␠.
std::string one_word(std::string_view text);

}  // namespace weft::text
