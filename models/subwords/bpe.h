// Splitting words into pieces by byte pair encoding.
#pragma once

#include <weft/models/subwords/bpe_codes.h>

#include <memory>
#include <string>
#include <string_view>

namespace weft::text {

// Codes prepared for use. Copies share everything; several threads may use one.
class Bpe {
 public:
  explicit Bpe(BpeCodes codes);

  const BpeCodes& codes() const;

  // Appends the pieces of a word without white space; all but the last end in "@@". The merges are applied in their order, each
  // from left to right over the whole word. Words are cached up to a limit in bytes, so that frequent ones cost only a look-up.
  // Takes O(n log n) time for a word of n characters.
  void segment(std::string_view word, std::vector<std::string>& pieces) const;

  // Returns words joined by one space from their pieces: a piece that ends in "@@" is joined to the next.
  static std::string join(const std::vector<std::string>& pieces);

 private:
  class Table;
  std::shared_ptr<Table> table_;
};

}  // namespace weft::text
