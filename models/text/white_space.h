// White space as Python's str.split knows it, which is what the field's scorers cut text with.
#pragma once

#include <string_view>
#include <vector>

namespace weft::text {

// Unicode's White_Space, and the separators U+001C to U+001F.
bool is_white_space(char32_t code_point);

// The pieces between white space, none of them empty. They are views of `text`.
std::vector<std::string_view> split_at_white_space(std::string_view text);

// `text` without the white space at its end.
std::string_view trim_end(std::string_view text);

}  // namespace weft::text
