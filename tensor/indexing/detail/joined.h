// Texts made of parts.
#pragma once

#include <weft/tensor/base/plain_text.h>

#include <string>

namespace weft {

// The parts as check() writes them, one after the other.
template <class... Parts>
std::string joined(const Parts&... parts) {
  PlainText text;
  (text << ... << printable(parts));
  return text.str();
}

// The same with floating numbers of 10 digits.
template <class... Parts>
std::string joined_precisely(const Parts&... parts) {
  PlainText text;
  text.precision(10);
  (text << ... << printable(parts));
  return text.str();
}

}  // namespace weft
