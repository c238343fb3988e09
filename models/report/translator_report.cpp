#include <weft/models/charts/numbers.h>
#include <weft/models/report/translator_report.h>
#include <weft/models/text/white_space.h>

#include <algorithm>

namespace weft::report {

namespace {

// Returns the number of tokens without the sentence end.
std::int64_t source_length(const Translation& translation) {
  return std::max<std::int64_t>(std::ssize(translation.source) - 1, 0);
}

// Counts the words between white space rather than tokens, so that models with different tokenizers can be compared.
std::vector<std::int64_t> words_of_sources(const TranslatedSources& translated) {
  std::vector<std::int64_t> words;
  for (const std::string& source : translated.sources) words.push_back(std::ssize(text::split_at_white_space(source)));
  return words;
}

Sample sample_of(const TranslatedSources& translated, std::size_t i) {
  const Translation& translation = translated.translations[i];
  const double chrf = metrics::corpus_chrf(std::span(&translation.text, 1), std::span(&translated.references[i], 1));
  Sample sample{translated.sources[i], translated.references[i], translation.text, {{"chrF", fixed(chrf, 1)}}};
  const std::size_t tokens = translation.token_log_probabilities.size();
  if (tokens) sample.scores.emplace_back("ln p of a token", fixed(translation.log_probability / static_cast<double>(tokens), 2));
  return sample;
}

}  // namespace

std::vector<std::int64_t> length_bounds(std::vector<std::int64_t> lengths) {
  constexpr std::int64_t kBounds = 5;
  if (lengths.empty()) return {};
  std::sort(lengths.begin(), lengths.end());
  const std::int64_t long_one = lengths[lengths.size() * 19 / 20];
  for (std::int64_t unit = 1;; unit *= 10)
    for (std::int64_t factor : {1, 2, 3, 4, 5, 6, 8}) {
      const std::int64_t step = factor * unit;
      if (step * kBounds < long_one) continue;
      std::vector<std::int64_t> bounds;
      for (std::int64_t bound = step; bound < lengths.back() && std::ssize(bounds) < kBounds; bound += step)
        bounds.push_back(bound);
      return bounds;
    }
}

double bleu_of(const TranslatedSources& translated, const metrics::BleuOptions& bleu) {
  return metrics::corpus_bleu(translated.outputs(), translated.references, bleu).score;
}

QualityCurve quality_of(const std::string& name, const TranslatedSources& translated, std::span<const std::int64_t> bounds,
                        const metrics::BleuOptions& bleu) {
  const std::vector<std::int64_t> words = words_of_sources(translated);
  std::vector<std::int64_t> chosen(bounds.begin(), bounds.end());
  if (chosen.empty()) chosen = length_bounds(words);
  metrics::BleuOptions own = bleu;
  own.effective_order = true;  // groups of short outputs may have no 4-grams
  return bleu_curve(name, metrics::bleu_by_length(translated.outputs(), translated.references, words, chosen, own));
}

void add_evaluation(Report& report, const TranslatedSources& translated, const TranslatorScores& scores,
                    const metrics::BleuOptions& bleu, std::size_t examples) {
  report.results.emplace_back("BLEU", fixed(scores.bleu.score, 2));
  report.results.emplace_back("chrF", fixed(scores.chrf, 2));
  report.results.emplace_back("exact match", fixed(100 * scores.exact_match, 2) + " %");
  report.results.emplace_back("perplexity", fixed(scores.perplexity, 4));
  report.results.emplace_back("sources", std::to_string(translated.sources.size()));
  report.notes.push_back("BLEU " + scores.signature);
  report.quality = {quality_of("BLEU", translated, {}, bleu)};

  constexpr std::int64_t kLongestPicture = 25;
  const std::size_t count = translated.sources.size(),
                    step = std::max<std::size_t>(1, count / std::max<std::size_t>(examples, 1));
  for (std::size_t i = 0; i < count && report.samples.size() < examples; i += step)
    report.samples.push_back(sample_of(translated, i));
  for (std::size_t i = 0; i < count && report.alignments.size() < examples / 2; ++i) {
    const Translation& translation = translated.translations[i];
    if (!translation.attention.defined() || source_length(translation) > kLongestPicture || translation.target.empty()) continue;
    report.alignments.push_back({translation.source, translation.target, translation.attention, translation.text});
  }
}

}  // namespace weft::report
