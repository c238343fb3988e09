// How errors about text files name the position and the value.
#pragma once

#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace weft::text {

// Prints as "file:line: "; the text is made only for an error.
struct Place {
  const std::string& file;
  std::size_t line;
  friend std::ostream& operator<<(std::ostream& out, Place place) { return out << place.file << ":" << place.line << ": "; }
};

// "200b": a code point in at least four hexadecimal digits.
inline std::string hex(char32_t code_point) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string digits;
  for (; code_point > 0 || digits.size() < 4; code_point >>= 4) digits.insert(digits.begin(), kDigits[code_point & 15]);
  return digits;
}

// The first 60 characters of a value, in quotes and on one line: control characters of ASCII but the tab are written as \x0a,
// other invisible ones as \u{200b}.
struct Excerpt {
  std::string_view value;
  friend std::ostream& operator<<(std::ostream& out, Excerpt excerpt) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::size_t at = 0;
    out << '"';
    for (std::size_t i = 0; i < 60 && at < excerpt.value.size(); ++i) {
      const CodePoint c = decode_utf8(excerpt.value, at);
      if ((c.value < 0x20 && c.value != '\t') || c.value == 0x7F)
        out << "\\x" << kDigits[c.value >> 4] << kDigits[c.value & 15];
      else if (c.value >= 0x80 && is_invisible(c.value))
        out << "\\u{" << hex(c.value) << '}';
      else
        out << excerpt.value.substr(at, c.length);
      at += c.length;
    }
    return out << (at < excerpt.value.size() ? "...\"" : "\"");
  }
};

// Returns the text without ASCII white space at both ends.
inline std::string_view trimmed(std::string_view value) {
  constexpr std::string_view kSpace = " \t\v\f\r\n";
  const std::size_t begin = value.find_first_not_of(kSpace);
  return begin == std::string_view::npos ? std::string_view() : value.substr(begin, value.find_last_not_of(kSpace) - begin + 1);
}

inline bool is_blank(std::string_view value) { return trimmed(value).empty(); }

}  // namespace weft::text
