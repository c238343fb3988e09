// ROUGE: how much of a summary stands in its references, and the other way round. The figures are those of Google's rouge-score
// 0.1.2 without stemming.
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
  RougeScore rouge1, rouge2;  // words and pairs of words in common, each as often as in the text that has it less often
  RougeScore rouge_l;         // the longest common subsequence of words
  RougeScore rouge_lsum;      // the same, sentence by sentence: a line end separates sentences
};

// Scores of one text. Words are runs of a-z and 0-9 after lower-casing; all else separates words, letters with accents too. Of
// several references each score takes the one with the best F1. A text without words scores 0. Throws ValueError when there is no
// reference. Lin, ROUGE: a package for automatic evaluation of summaries (2004), sections 2 and 3.
Rouge rouge(std::string_view hypothesis, const References& references, Where where = Where::here());

// The mean over texts of each figure. Throws ShapeError when the counts differ and ValueError when there are no texts or no
// references.
Rouge mean_rouge(std::span<const std::string> hypotheses, std::span<const References> references, Where where = Where::here());

}  // namespace weft::metrics
