// Numbers as text.
#pragma once

#include <string>

namespace weft::text {

// The shortest digits that read back as the same number, with a point whatever the locale: "0.1", "1e-05".
std::string decimal(double value);

// With `digits` after the point, which is a point whatever the locale: "-1.2346", "12.00"; "nan", "inf" or "-inf" for what is not
// finite.
std::string fixed(double value, int digits);

}  // namespace weft::text
