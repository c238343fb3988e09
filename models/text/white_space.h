// White space as defined by Python's str.split, by which the field's scorers split text.
#pragma once

#include <string_view>
#include <vector>

namespace weft::text {

// Unicode's White_Space, and the separators U+001C to U+001F.
bool is_white_space(char32_t code_point);

// Returns the pieces between white space, none of them empty. They are views of `text`.
std::vector<std::string_view> split_at_white_space(std::string_view text);

// Returns `text` without the white space at its end.
std::string_view trim_end(std::string_view text);

}  // namespace weft::text
