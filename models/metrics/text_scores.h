// BLEU and chrF of lines of text against their references.
#pragma once

#include <weft/models/metrics/bleu.h>
#include <weft/models/metrics/chrf.h>

#include <span>
#include <string>

namespace weft::metrics {

struct TextScores {
  Bleu bleu;
  std::string signature;                // of bleu
  double chrf = 0, chrf_plus_plus = 0;  // chrF and chrF++, per cent
};

// Throws ShapeError if the counts differ and ValueError if there are no lines or a line has no reference.
TextScores text_scores(std::span<const std::string> hypotheses, std::span<const References> references,
                       const BleuOptions& options = {}, Where caller = Where::here());

}  // namespace weft::metrics
