// Numbers as text.
#pragma once

#include <string>

namespace weft::text {

// Returns the shortest digits that read back as the same number, with a decimal point in any locale: "0.1", "1e-05".
std::string decimal(double value);

// Returns the number with `digits` digits after the decimal point, in any locale: "-1.2346", "12.00"; "nan", "inf" or "-inf" if
// it is not finite.
std::string fixed(double value, int digits);

}  // namespace weft::text
