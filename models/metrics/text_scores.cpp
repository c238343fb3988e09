#include <weft/models/metrics/text_scores.h>

namespace weft::metrics {

TextScores text_scores(std::span<const std::string> hypotheses, std::span<const References> references,
                       const BleuOptions& options, Where caller) {
  check<ShapeError>(hypotheses.size() == references.size(), caller, "text_scores: counts differ: ", hypotheses.size(),
                    " hypotheses, ", references.size(), " references");
  BleuCounts bleu(options);
  ChrfCounts chrf({.lower_case = options.lower_case}), words({.word_order = 2, .lower_case = options.lower_case});
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    bleu.add(hypotheses[i], references[i], caller);
    chrf.add(hypotheses[i], references[i], caller);
    words.add(hypotheses[i], references[i], caller);
  }
  return {bleu.bleu(), bleu.signature(), chrf.score(), words.score()};
}

}  // namespace weft::metrics
