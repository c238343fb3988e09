#include <weft/models/training/bleu.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <string_view>
#include <unordered_map>

namespace weft::metrics {

namespace {

constexpr std::size_t kLongest = 4;                    // n-grams
using Ngram = std::array<std::string_view, kLongest>;  // shorter ones end in empty views, which no token is
using NgramCounts = std::map<Ngram, std::int64_t>;

// The n-grams of length `n` in a sentence.
NgramCounts count_ngrams(const Sentence& sentence, std::size_t n) {
  NgramCounts counts;
  for (std::size_t begin = 0; begin + n <= sentence.size(); ++begin) {
    Ngram ngram;
    for (std::size_t i = 0; i < n; ++i) ngram[i] = sentence[begin + i];
    ++counts[ngram];
  }
  return counts;
}

std::int64_t length_of(const Sentence& sentence) { return static_cast<std::int64_t>(sentence.size()); }

std::int64_t closest_length(std::int64_t length, const References& references) {
  std::int64_t best = length_of(references.front());
  for (const Sentence& reference : references) {
    const std::int64_t candidate = length_of(reference);
    const std::int64_t distance = std::abs(candidate - length);
    const std::int64_t best_distance = std::abs(best - length);
    if (distance < best_distance || (distance == best_distance && candidate < best)) best = candidate;
  }
  return best;
}

void check_counts(const char* name, std::size_t hypotheses, std::size_t others, const char* what, Where where) {
  check<ShapeError>(hypotheses == others, where, name, ": counts differ: ", hypotheses, " hypotheses, ", others, " ", what);
}

}  // namespace

void BleuCounts::add(const Sentence& hypothesis, const References& references, Where where) {
  check<ValueError>(!references.empty(), where, "bleu: a hypothesis has no reference");
  hypothesis_length_ += length_of(hypothesis);
  reference_length_ += closest_length(length_of(hypothesis), references);
  for (std::size_t n = 1; n <= kLongest; ++n) {
    NgramCounts allowed;
    for (const Sentence& reference : references) {
      for (const auto& [ngram, count] : count_ngrams(reference, n)) allowed[ngram] = std::max(allowed[ngram], count);
    }
    for (const auto& [ngram, count] : count_ngrams(hypothesis, n)) {
      totals_[n - 1] += count;
      if (const auto found = allowed.find(ngram); found != allowed.end()) matches_[n - 1] += std::min(count, found->second);
    }
  }
}

Bleu BleuCounts::bleu() const {
  Bleu result{.hypothesis_length = hypothesis_length_, .reference_length = reference_length_};
  if (hypothesis_length_ < reference_length_) {
    const double ratio = static_cast<double>(reference_length_) / static_cast<double>(hypothesis_length_);
    result.brevity_penalty = std::exp(1 - ratio);  // 0 when every hypothesis is empty
  }
  if (matches_[0] == 0) return result;  // then longer n-grams do not match either
  double smoothing = 1;
  double log_sum = 0;
  for (std::size_t i = 0; i < kLongest; ++i) {
    if (totals_[i] == 0) return result;
    if (matches_[i] == 0) smoothing *= 2;
    const double matches = matches_[i] == 0 ? 1 / smoothing : static_cast<double>(matches_[i]);
    result.precisions[i] = 100 * matches / static_cast<double>(totals_[i]);
    log_sum += std::log(result.precisions[i]);
  }
  result.score = result.brevity_penalty * std::exp(log_sum / kLongest);
  return result;
}

Bleu corpus_bleu(std::span<const Sentence> hypotheses, std::span<const References> references, Where where) {
  check_counts("corpus_bleu", hypotheses.size(), references.size(), "references", where);
  BleuCounts counts;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) counts.add(hypotheses[i], references[i], where);
  return counts.bleu();
}

std::vector<BleuBucket> bleu_by_length(std::span<const Sentence> hypotheses, std::span<const References> references,
                                       std::span<const std::int64_t> source_lengths, std::span<const std::int64_t> bounds,
                                       Where where) {
  check_counts("bleu_by_length", hypotheses.size(), references.size(), "references", where);
  check_counts("bleu_by_length", hypotheses.size(), source_lengths.size(), "source lengths", where);
  std::vector<BleuBucket> buckets;
  std::int64_t shortest = 0;
  for (std::int64_t bound : bounds) {
    check<ValueError>(bound >= shortest, where, "bleu_by_length: bounds must rise: ", bound, " after ", shortest - 1);
    buckets.push_back({.shortest = shortest, .longest = bound});
    shortest = bound + 1;
  }
  buckets.push_back({.shortest = shortest, .longest = std::numeric_limits<std::int64_t>::max()});

  std::vector<BleuCounts> counts(buckets.size());
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), source_lengths[i]);
    const auto bucket = static_cast<std::size_t>(bound - bounds.begin());
    ++buckets[bucket].sentences;
    counts[bucket].add(hypotheses[i], references[i], where);
  }
  for (std::size_t b = 0; b < buckets.size(); ++b) buckets[b].bleu = counts[b].bleu();
  return buckets;
}

std::vector<std::vector<std::size_t>> references_by_source(std::span<const std::string> sources) {
  std::vector<std::vector<std::size_t>> groups;
  std::unordered_map<std::string_view, std::size_t> group_of;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto [entry, is_new] = group_of.emplace(sources[i], groups.size());
    if (is_new) groups.emplace_back();
    groups[entry->second].push_back(i);
  }
  return groups;
}

}  // namespace weft::metrics
