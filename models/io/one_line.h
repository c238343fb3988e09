// Text as part of an output line.
#pragma once

#include <string>
#include <string_view>

namespace weft::text {

// `text` without what would end a line, a column or a string for its reader: a control character of ASCII is written as its
// picture, U+2400 and those behind it (line feed ␊, tab ␉, NUL ␀, delete ␡); U+0085, U+2028 and U+2029 as ␤. All else stays, byte
// for byte.
std::string one_line(std::string_view text);

// The same for an entry of a list that is separated by spaces: a space is written as ␠.
std::string one_word(std::string_view text);

}  // namespace weft::text
