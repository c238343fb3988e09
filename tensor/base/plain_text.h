// Text in which numbers look the same in every locale.
#pragma once

#include <cmath>
#include <locale>
#include <sstream>
#include <type_traits>

namespace weft {

// A string stream that ignores std::locale::global(): no thousands separators, and a decimal point.
class PlainText : public std::ostringstream {
 public:
  PlainText() { imbue(std::locale::classic()); }
};

// Returns the part as it is printed: a NaN loses its sign, which means nothing and differs between processors.
template <class Part>
decltype(auto) printable(const Part& part) {
  if constexpr (std::is_floating_point_v<Part>)
    return std::isnan(part) ? std::fabs(part) : part;
  else
    return (part);
}

}  // namespace weft
