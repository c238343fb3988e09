// Regular expressions with Perl's syntax, by PCRE2 (Debian: libpcre2-dev). Only regex.cpp includes it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// A compiled pattern for text in UTF-8: \w, \d, \s and \b know the letters, digits and spaces of all scripts. Copies share
// it; several threads may use one.
class Regex {
 public:
  // Throws ValueError with the position and the reason for an invalid pattern.
  explicit Regex(const std::string& pattern);

  const std::string& pattern() const { return pattern_; }

  // What it matches in `text`, valid UTF-8, from left to right: no match overlaps another or is empty. They are views of `text`.
  // Throws ValueError when a search takes more steps than PCRE2 allows, as patterns with repeated repetitions can, and when \K
  // puts the start of a match behind its end or into the match before.
  std::vector<std::string_view> matches(std::string_view text) const;

 private:
  class Code;
  std::string pattern_;
  std::shared_ptr<const Code> code_;
};

}  // namespace weft::text
