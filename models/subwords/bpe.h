// Cutting words into pieces by byte pair encoding.
#pragma once

#include <weft/models/subwords/bpe_codes.h>

#include <memory>
#include <string>
#include <string_view>

namespace weft::text {

// Codes ready for use. A copy shares everything; several threads may use one.
class Bpe {
 public:
  explicit Bpe(BpeCodes codes);

  const BpeCodes& codes() const;

  // Appends the pieces of a word without white space; all but the last end in "@@". The merges are tried in their order, each
  // from left to right over the whole word. Words are remembered up to a bound in bytes, so that frequent ones cost a look-up.
  // Takes a time of n log n for a word of n characters.
  void segment(std::string_view word, std::vector<std::string>& pieces) const;

  // Words joined by one space from the pieces of them: a piece that ends in "@@" goes with the next.
  static std::string join(const std::vector<std::string>& pieces);

 private:
  class Table;
  std::shared_ptr<Table> table_;
};

}  // namespace weft::text
