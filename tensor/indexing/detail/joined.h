// Strings joined from parts.
#pragma once

#include <weft/tensor/base/plain_text.h>

#include <string>

namespace weft {

// Returns the parts joined as check() prints them.
template <class... Parts>
std::string joined(const Parts&... parts) {
  PlainText text;
  (text << ... << printable(parts));
  return text.str();
}

// As joined(), but prints floating numbers with 10 digits.
template <class... Parts>
std::string joined_precisely(const Parts&... parts) {
  PlainText text;
  text.precision(10);
  (text << ... << printable(parts));
  return text.str();
}

}  // namespace weft
