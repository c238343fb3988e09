// Sentences with gaps, from which generators make texts.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace weft::text {

// What stands in the gaps, by their names.
using Gaps = std::map<std::string_view, std::string, std::less<>>;

// The pattern with each {name} replaced: "{who} opens {place}". Throws ValueError when there is no gap of a name.
std::string filled(std::string_view pattern, const Gaps& gaps);

}  // namespace weft::text
