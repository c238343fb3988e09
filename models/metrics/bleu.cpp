#include <weft/models/io/unicode.h>
#include <weft/models/metrics/bleu.h>
#include <weft/models/metrics/detail/ngrams.h>
#include <weft/models/text/white_space.h>
#include <weft/tensor/base/plain_text.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <limits>
#include <unordered_map>

namespace weft::metrics {

namespace {

using Tokens = std::vector<std::string_view>;

constexpr std::size_t kLongest = 4;  // the longest n-grams

std::int64_t length_of(const Tokens& tokens) { return static_cast<std::int64_t>(tokens.size()); }

std::int64_t closest_length(std::int64_t length, const std::vector<Tokens>& references) {
  std::int64_t best = length_of(references.front());
  for (const Tokens& reference : references) {
    const std::int64_t candidate = length_of(reference);
    const std::int64_t distance = std::abs(candidate - length);
    const std::int64_t best_distance = std::abs(best - length);
    if (distance < best_distance || (distance == best_distance && candidate < best)) best = candidate;
  }
  return best;
}

std::string prepare(std::string_view line, const BleuOptions& options) {
  if (!options.lower_case) return tokenize_for_bleu(line, options.tokenizer);
  return tokenize_for_bleu(text::lower_case_in_context(line), options.tokenizer);
}

bool takes_value(BleuSmoothing smoothing) { return smoothing == BleuSmoothing::floor || smoothing == BleuSmoothing::add_k; }

void check_counts(const char* name, std::size_t hypotheses, std::size_t others, const char* what, Where caller) {
  check<ShapeError>(hypotheses == others, caller, name, ": counts differ: ", hypotheses, " hypotheses, ", others, " ", what);
}

}  // namespace

std::string to_string(BleuSmoothing smoothing) {
  switch (smoothing) {
    case BleuSmoothing::exponential:
      return "exp";
    case BleuSmoothing::floor:
      return "floor";
    case BleuSmoothing::add_k:
      return "add-k";
    default:
      return "none";
  }
}

std::string to_string(const Bleu& bleu) {
  const auto& [p1, p2, p3, p4] = bleu.precisions;
  const double length = static_cast<double>(bleu.hypothesis_length), wanted = static_cast<double>(bleu.reference_length);
  PlainText text;
  text << std::fixed << std::setprecision(2) << "BLEU = " << bleu.score << std::setprecision(1) << ' ' << p1 << '/' << p2 << '/'
       << p3 << '/' << p4 << std::setprecision(3) << " (BP = " << bleu.brevity_penalty
       << " ratio = " << (wanted > 0 ? length / wanted : 0) << " hyp_len = " << bleu.hypothesis_length
       << " ref_len = " << bleu.reference_length << ')';
  return text.str();
}

void BleuCounts::add(std::string_view hypothesis, const References& references, Where caller) {
  check<ValueError>(!references.empty(), caller, "bleu: a hypothesis has no reference");
  references_.add(references.size());
  const std::string line = prepare(hypothesis, options_);
  const Tokens tokens = text::split_at_white_space(line);
  std::vector<std::string> lines;
  for (const std::string& reference : references) lines.push_back(prepare(reference, options_));
  std::vector<Tokens> answers;
  for (const std::string& answer : lines) answers.push_back(text::split_at_white_space(answer));

  hypothesis_length_ += length_of(tokens);
  reference_length_ += closest_length(length_of(tokens), answers);
  for (std::size_t n = 1; n <= kLongest; ++n) {
    std::vector<Ngrams<std::string_view>> lists;
    for (const Tokens& answer : answers) lists.push_back(ngrams(std::span(answer), n));
    const auto allowed = most_of_all(std::move(lists));
    const auto found = ngrams(std::span(tokens), n);
    totals_[n - 1] += std::ssize(found);
    matches_[n - 1] += static_cast<std::int64_t>(count_common(found, allowed));
  }
}

double BleuCounts::smoothing_value() const {
  return options_.smoothing_value.value_or(options_.smoothing == BleuSmoothing::floor ? 0.1 : 1);
}

Bleu BleuCounts::bleu() const {
  Bleu result{.hypothesis_length = hypothesis_length_, .reference_length = reference_length_};
  if (hypothesis_length_ < reference_length_) {
    const double ratio = static_cast<double>(reference_length_) / static_cast<double>(hypothesis_length_);
    result.brevity_penalty = std::exp(1 - ratio);  // 0 if every hypothesis is empty
  }
  if (matches_[0] == 0) return result;  // longer n-grams do not match either
  double halving = 1, log_sum = 0;
  std::size_t orders = options_.effective_order ? 0 : kLongest;
  for (std::size_t i = 0; i < kLongest; ++i) {
    const double added = options_.smoothing == BleuSmoothing::add_k && i > 0 ? smoothing_value() : 0;
    const double total = static_cast<double>(totals_[i]) + added;
    double matches = static_cast<double>(matches_[i]) + added;
    if (total > 0 && matches == 0 && options_.smoothing == BleuSmoothing::exponential) matches = 1 / (halving *= 2);
    if (total > 0 && matches == 0 && options_.smoothing == BleuSmoothing::floor) matches = smoothing_value();
    if (total > 0 && options_.effective_order) orders = i + 1;
    if (total > 0) result.precisions[i] = 100 * matches / total;
    if (i < orders) log_sum += std::log(result.precisions[i]);
  }
  result.score = result.brevity_penalty * std::exp(log_sum / static_cast<double>(orders));
  return result;
}

std::string BleuCounts::signature() const {
  std::string smooth = to_string(options_.smoothing);
  if (takes_value(options_.smoothing)) {
    PlainText value;
    value << std::fixed << std::setprecision(2) << '[' << smoothing_value() << ']';
    smooth += value.str();
  }
  return "nrefs:" + references_.name() + "|case:" + (options_.lower_case ? "lc" : "mixed") +
         "|eff:" + (options_.effective_order ? "yes" : "no") + "|tok:" + to_string(options_.tokenizer) + "|smooth:" + smooth +
         "|version:" + kSacrebleuVersion;
}

Bleu corpus_bleu(std::span<const std::string> hypotheses, std::span<const References> references, const BleuOptions& options,
                 Where caller) {
  check_counts("corpus_bleu", hypotheses.size(), references.size(), "references", caller);
  BleuCounts counts(options);
  for (std::size_t i = 0; i < hypotheses.size(); ++i) counts.add(hypotheses[i], references[i], caller);
  return counts.bleu();
}

std::vector<BleuBucket> bleu_by_length(std::span<const std::string> hypotheses, std::span<const References> references,
                                       std::span<const std::int64_t> source_lengths, std::span<const std::int64_t> bounds,
                                       const BleuOptions& options, Where caller) {
  check_counts("bleu_by_length", hypotheses.size(), references.size(), "references", caller);
  check_counts("bleu_by_length", hypotheses.size(), source_lengths.size(), "source lengths", caller);
  std::vector<BleuBucket> buckets;
  std::int64_t shortest = 0;
  for (std::int64_t bound : bounds) {
    check<ValueError>(bound >= shortest, caller, "bleu_by_length: bounds must rise: ", bound, " after ", shortest - 1);
    buckets.push_back({.shortest = shortest, .longest = bound});
    shortest = bound + 1;
  }
  buckets.push_back({.shortest = shortest, .longest = std::numeric_limits<std::int64_t>::max()});

  std::vector<BleuCounts> counts(buckets.size(), BleuCounts(options));
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), source_lengths[i]);
    const auto bucket = static_cast<std::size_t>(bound - bounds.begin());
    ++buckets[bucket].sentences;
    counts[bucket].add(hypotheses[i], references[i], caller);
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
