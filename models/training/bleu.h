// BLEU: how many of the n-grams of translations occur in their references.
#pragma once

#include <weft/models/training/metrics.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::metrics {

struct Bleu {
  double score = 0;                       // per cent
  std::array<double, 4> precisions = {};  // of n-grams of length 1 to 4, per cent, smoothed
  double brevity_penalty = 1;
  std::int64_t hypothesis_length = 0;  // tokens
  std::int64_t reference_length = 0;   // tokens of the references closest in length
};

// What BLEU needs to know of a corpus; grows sentence by sentence.
//
//     score = 100 * brevity_penalty * (p1 p2 p3 p4)^(1/4),   brevity_penalty = min(1, exp(1 - reference_length /
//     hypothesis_length))
//
// pn is the share of the hypotheses' n-grams that occur in a reference; an n-gram counts at most as often as in the one reference
// that has it most. The reference length of a sentence is the one closest to the hypothesis, the shorter of two that are equally
// close. Zero matches of an order that has n-grams are smoothed: the k-th such order gets pn = 1 / (2^k total). Without any
// match, or without a single 4-gram, the score is 0.
//
// Papineni et al., BLEU: a method for automatic evaluation of machine translation (2002); smoothing: Chen and Cherry (2014),
// method 3. The figures are sacrebleu's, corpus_bleu with tokenize="none" and the default smooth_method="exp".
class BleuCounts {
 public:
  // Throws ValueError when there is no reference.
  void add(const Sentence& hypothesis, const References& references, Where where = Where::here());
  Bleu bleu() const;

 private:
  std::array<std::int64_t, 4> matches_ = {};
  std::array<std::int64_t, 4> totals_ = {};
  std::int64_t hypothesis_length_ = 0;
  std::int64_t reference_length_ = 0;
};

// BLEU of a corpus. Throws ShapeError when the counts differ and ValueError when a hypothesis has no reference.
Bleu corpus_bleu(std::span<const Sentence> hypotheses, std::span<const References> references, Where where = Where::here());

// The sentences whose source has `shortest` to `longest` tokens.
struct BleuBucket {
  std::int64_t shortest = 0;
  std::int64_t longest = 0;
  std::int64_t sentences = 0;
  Bleu bleu = {};
};

// BLEU by length of the source: one bucket up to each bound, and one for what is longer. Empty buckets stay, with 0 sentences.
// Throws as corpus_bleu does, and ValueError when the bounds do not rise.
std::vector<BleuBucket> bleu_by_length(std::span<const Sentence> hypotheses, std::span<const References> references,
                                       std::span<const std::int64_t> source_lengths, std::span<const std::int64_t> bounds,
                                       Where where = Where::here());

// Equal source lines are one source with several references: for each distinct line, in order of first occurrence, the indices
// where it stands.
std::vector<std::vector<std::size_t>> references_by_source(std::span<const std::string> sources);

}  // namespace weft::metrics
