// chrF: how many of the n-grams of characters of translations occur in their references. The figures are sacreBLEU's.
#pragma once

#include <weft/models/metrics/metrics.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weft::metrics {

struct ChrfOptions {
  int word_order = 0;  // 2: chrF++, which also counts words and pairs of words; at most 2
  bool lower_case = false;
};

// The counts that chrF needs of a corpus; sentences are added one by one.
//
//     score = 100 * 5 precision recall / (4 precision + recall)
//
// where precision is the mean over orders of the share of the hypotheses' n-grams that occur in the reference, and recall that of
// the references' n-grams that occur in the hypothesis. Orders for which the hypotheses or the references have no n-gram do not
// count. The orders are characters 1 to 6 without white space, and words 1 to `word_order`, where an ASCII punctuation mark at
// the beginning or end of a word is a word of its own. Of several references the one with the best score counts.
//
// Popović, chrF: character n-gram F-score (2015), chrF++ (2017); the F-score weighs recall twice (beta = 2), hence "chrF2".
class ChrfCounts {
 public:
  // Throws ValueError for a word order outside 0 to 2.
  explicit ChrfCounts(ChrfOptions options = {}, Where caller = Where::here());

  // Adds one line and its references. Throws ValueError if there is no reference.
  void add(std::string_view hypothesis, const References& references, Where caller = Where::here());
  double score() const;  // per cent

  std::string name() const;       // "chrF2", or "chrF2++" with a word order of 2
  std::string signature() const;  // "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0"

  static constexpr std::size_t kCharacterOrder = 6, kLongestWordOrder = 2;
  struct Order {
    std::size_t hypothesis = 0, reference = 0, matches = 0;  // n-grams
  };
  using Orders = std::array<Order, kCharacterOrder + kLongestWordOrder>;

 private:
  ChrfOptions options_;
  ReferenceCount references_;
  Orders orders_ = {};
};

// Returns the score of a corpus, per cent. Throws ShapeError if the counts differ and ValueError as ChrfCounts does.
double corpus_chrf(std::span<const std::string> hypotheses, std::span<const References> references,
                   const ChrfOptions& options = {}, Where caller = Where::here());

}  // namespace weft::metrics
