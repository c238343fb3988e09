// ROUGE: how much of a summary occurs in its references, and vice versa. The figures are those of Google's rouge-score 0.1.2
// without stemming.
#pragma once

#include <weft/models/metrics/metrics.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weft::metrics {

struct RougeScore {
  double precision = 0, recall = 0, f1 = 0;
};

struct Rouge {
  RougeScore rouge1, rouge2;  // common words and pairs of words, each counted as often as in the text with fewer of it
  RougeScore rouge_l;         // the longest common subsequence of words
  RougeScore rouge_lsum;      // the same, sentence by sentence: a line end separates sentences
};

// Scores one text. Words are runs of a-z and 0-9 after lower-casing; everything else separates words, also letters with accents.
// Of several references each score uses the one with the best F1. A text without words scores 0. Throws ValueError if there is no
// reference. Lin, ROUGE: a package for automatic evaluation of summaries (2004), sections 2 and 3.
Rouge rouge(std::string_view hypothesis, const References& references, Where caller = Where::here());

// Returns the mean of each figure over the texts. Throws ShapeError if the counts differ and ValueError if there are no texts or
// no references.
Rouge mean_rouge(std::span<const std::string> hypotheses, std::span<const References> references, Where caller = Where::here());

}  // namespace weft::metrics
