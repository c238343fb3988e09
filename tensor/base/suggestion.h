// "did you mean": the known name that an unknown one probably stands for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft {

// `; did you mean "accuracy"?` with the known name that is nearest to the given one, or "" when none is near: at most a third of
// its letters left out, added, replaced or swapped with their neighbours. Capitals, '-' and '_' count as what they resemble.
std::string did_you_mean(std::string_view given, const std::vector<std::string>& known);

}  // namespace weft
