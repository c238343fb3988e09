// "did you mean": suggests the known name that was probably meant by an unknown one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft {

// Returns `; did you mean "accuracy"?` with the known name nearest to `given`, or "" if none is near. Near means that at most a
// third of its letters are omitted, added, replaced or swapped with their neighbours. Case does not matter, and '-' equals '_'.
std::string did_you_mean(std::string_view given, const std::vector<std::string>& known);

}  // namespace weft
