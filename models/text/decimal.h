// Numbers as text.
#pragma once

#include <string>

namespace weft::text {

// The shortest digits that read back as the same number, with a point whatever the locale: "0.1", "1e-05".
std::string decimal(double value);

}  // namespace weft::text
