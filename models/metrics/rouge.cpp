#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>
#include <weft/models/metrics/detail/common_words.h>
#include <weft/models/metrics/detail/ngrams.h>
#include <weft/models/metrics/rouge.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace weft::metrics {

namespace {

using Sentence = std::vector<std::string>;

Sentence words_of(std::string_view line) {
  Sentence words;
  bool inside = false;
  for (char c : text::lower_case_in_context(text::repair_utf8(line).text)) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_letter && !inside) words.emplace_back();
    if (is_letter) words.back() += c;
    inside = is_letter;
  }
  return words;
}

RougeScore score_of(std::size_t matches, std::size_t hypothesis, std::size_t reference) {
  if (matches == 0) return {};
  const double precision = static_cast<double>(matches) / static_cast<double>(hypothesis);
  const double recall = static_cast<double>(matches) / static_cast<double>(reference);
  return {precision, recall, 2 * precision * recall / (precision + recall)};
}

RougeScore score_ngrams(const Sentence& hypothesis, const Sentence& reference, std::size_t n) {
  const auto found = ngrams(std::span(hypothesis), n), wanted = ngrams(std::span(reference), n);
  return score_of(count_common(found, wanted), found.size(), wanted.size());
}

std::vector<Sentence> sentences_of(std::string_view text) {
  std::vector<Sentence> sentences;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    sentences.push_back(words_of(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return sentences;
}

std::map<std::string, std::size_t> count_words(const std::vector<Sentence>& sentences) {
  std::map<std::string, std::size_t> counts;
  for (const Sentence& sentence : sentences)
    for (const std::string& word : sentence) ++counts[word];
  return counts;
}

std::size_t size_of(const std::vector<Sentence>& sentences) {
  std::size_t words = 0;
  for (const Sentence& sentence : sentences) words += sentence.size();
  return words;
}

// A word of a reference sentence matches if it is in the longest common subsequence with any sentence of the hypothesis. No word
// matches more often than it occurs in either text.
RougeScore score_summary(std::string_view hypothesis_text, std::string_view reference_text) {
  const std::vector<Sentence> hypothesis = sentences_of(hypothesis_text), reference = sentences_of(reference_text);
  const std::set<Sentence> others(hypothesis.begin(), hypothesis.end());  // a repeated sentence would mark the same words again
  auto left = count_words(hypothesis), wanted = count_words(reference);
  std::size_t matches = 0;
  for (const Sentence& sentence : reference) {
    std::vector<bool> marked(sentence.size());
    for (const Sentence& other : others) mark_common(sentence, other, marked);
    for (std::size_t i = 0; i < sentence.size(); ++i) {
      if (!marked[i] || left[sentence[i]] == 0 || wanted[sentence[i]] == 0) continue;
      --left[sentence[i]];
      --wanted[sentence[i]];
      ++matches;
    }
  }
  return score_of(matches, size_of(hypothesis), size_of(reference));
}

void keep_better(RougeScore& best, const RougeScore& score) {
  if (score.f1 > best.f1) best = score;
}

void add_share(RougeScore& sum, const RougeScore& score, double share) {
  sum.precision += score.precision * share;
  sum.recall += score.recall * share;
  sum.f1 += score.f1 * share;
}

}  // namespace

Rouge rouge(std::string_view hypothesis, const References& references, Where caller) {
  check<ValueError>(!references.empty(), caller, "rouge: a hypothesis has no reference");
  const Sentence words = words_of(hypothesis);
  Rouge best;
  for (const std::string& reference : references) {
    const Sentence answer = words_of(reference);
    keep_better(best.rouge1, score_ngrams(words, answer, 1));
    keep_better(best.rouge2, score_ngrams(words, answer, 2));
    keep_better(best.rouge_l, score_of(common_length(answer, words), words.size(), answer.size()));
    keep_better(best.rouge_lsum, score_summary(hypothesis, reference));
  }
  return best;
}

Rouge mean_rouge(std::span<const std::string> hypotheses, std::span<const References> references, Where caller) {
  check<ShapeError>(hypotheses.size() == references.size(), caller, "mean_rouge: counts differ: ", hypotheses.size(),
                    " hypotheses, ", references.size(), " references");
  check<ValueError>(!hypotheses.empty(), caller, "mean_rouge: there is nothing to score");
  const double share = 1 / static_cast<double>(hypotheses.size());
  Rouge mean;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    const Rouge one = rouge(hypotheses[i], references[i], caller);
    add_share(mean.rouge1, one.rouge1, share);
    add_share(mean.rouge2, one.rouge2, share);
    add_share(mean.rouge_l, one.rouge_l, share);
    add_share(mean.rouge_lsum, one.rouge_lsum, share);
  }
  return mean;
}

}  // namespace weft::metrics
