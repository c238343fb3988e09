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
  int word_order = 0;  // 2: chrF++, which counts words and pairs of words too; at most 2
  bool lower_case = false;
};

// What chrF needs to know of a corpus; grows sentence by sentence.
//
//     score = 100 * 5 precision recall / (4 precision + recall)
//
// where precision is the mean over orders of the share of the hypotheses' n-grams that occur in the reference, and recall that of
// the references' n-grams that occur in the hypothesis; orders that the hypotheses or the references have no n-gram of do not
// count. The orders are characters 1 to 6 without white space, and words 1 to `word_order`, a mark of ASCII at a word's end or
// start being a word of its own. Of several references the one that scores best counts.
//
// Popović, chrF: character n-gram F-score (2015), chrF++ (2017); the F-score weighs recall twice (beta = 2), hence "chrF2".
class ChrfCounts {
 public:
  // Throws ValueError for a word order outside 0 to 2.
  explicit ChrfCounts(ChrfOptions options = {}, Where where = Where::here());

  // One line and its references. Throws ValueError when there is no reference.
  void add(std::string_view hypothesis, const References& references, Where where = Where::here());
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

// The score of a corpus, per cent. Throws ShapeError when the counts differ and ValueError as ChrfCounts does.
double corpus_chrf(std::span<const std::string> hypotheses, std::span<const References> references,
                   const ChrfOptions& options = {}, Where where = Where::here());

}  // namespace weft::metrics
