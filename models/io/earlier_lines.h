// The memory of a conversation: the lines before the one that is answered.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace weft::text {

struct ContextOptions {
  std::int64_t lines = 0;      // the number of earlier lines, of both sides, that precede the line that is answered
  std::string separator = {};  // the token between them; empty: a space

  bool operator==(const ContextOptions&) const = default;
};

class EarlierLines {
 public:
  // Throws ValueError for a negative number of lines.
  explicit EarlierLines(const ContextOptions& options);

  void add(std::string line);
  void forget() { lines_.clear(); }
  // Returns the input of the model: the remembered lines and `line`, "good day <sep> hello <sep> when is the mill open ?".
  std::string before(const std::string& line) const;

 private:
  std::int64_t most_;
  std::string separator_;  // with its spaces
  std::deque<std::string> lines_;
};

}  // namespace weft::text
