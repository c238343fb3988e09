// Sentences with gaps, which generators fill.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace weft::text {

// The text of each gap, by its name.
using Gaps = std::map<std::string_view, std::string, std::less<>>;

// Returns the pattern, such as "{who} opens {place}", with each {name} replaced. Throws ValueError if `gaps` lacks a name.
std::string filled(std::string_view pattern, const Gaps& gaps);

}  // namespace weft::text
