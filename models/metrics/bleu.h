// BLEU: how many of the n-grams of translations occur in their references. The figures are sacreBLEU's.
#pragma once

#include <weft/models/metrics/bleu_tokenizer.h>
#include <weft/models/metrics/metrics.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::metrics {

// The release of sacreBLEU whose figures and signatures the tests hold.
inline constexpr const char* kSacrebleuVersion = "2.6.0";

// How an order of n-grams without a match counts (Chen and Cherry 2014).
enum class BleuSmoothing {
  exponential,  // 1 / 2^k matches for the k-th such order (method 3)
  floor,        // a small number of matches, `smoothing_value` (method 1)
  add_k,        // every order above 1 gets `smoothing_value` more matches and n-grams (method 2)
  none,         // 0, and so does the score
};
std::string to_string(BleuSmoothing smoothing);  // sacreBLEU's names: "exp", "floor", "add-k", "none"

struct BleuOptions {
  BleuTokenizer tokenizer = BleuTokenizer::none;
  bool lower_case = false;
  BleuSmoothing smoothing = BleuSmoothing::exponential;
  std::optional<double> smoothing_value = {};  // default: 0.1 for floor, 1 for add_k
  bool effective_order = false;                // ignore orders longer than a hypothesis: for the BLEU of one sentence
};

struct Bleu {
  double score = 0;                       // per cent
  std::array<double, 4> precisions = {};  // of n-grams of length 1 to 4, per cent, smoothed
  double brevity_penalty = 1;
  std::int64_t hypothesis_length = 0;  // tokens
  std::int64_t reference_length = 0;   // tokens of the references closest in length
};

// As sacreBLEU prints it: "BLEU = 27.12 61.2/33.1/19.8/12.2 (BP = 1.000 ratio = 1.010 hyp_len = 1010 ref_len = 1000)".
std::string to_string(const Bleu& bleu);

// The counts that BLEU needs of a corpus; sentences are added one by one.
//
//     score = 100 * brevity_penalty * (p1 p2 p3 p4)^(1/4),   brevity_penalty = min(1, exp(1 - reference_length /
//     hypothesis_length))
//
// pn is the share of the hypotheses' n-grams that occur in a reference; an n-gram counts at most as often as in the reference
// that contains it most often. The reference length of a sentence is the one closest to the hypothesis, the shorter of two that
// are equally close. Without any match the score is 0; it is also 0 without a single 4-gram unless `effective_order` is set or
// the smoothing is add_k.
//
// Papineni et al., BLEU: a method for automatic evaluation of machine translation (2002); Post, A call for clarity in reporting
// BLEU scores (2018).
class BleuCounts {
 public:
  explicit BleuCounts(BleuOptions options = {}) : options_(options) {}

  // Adds one line and its references. Throws ValueError if there is no reference.
  void add(std::string_view hypothesis, const References& references, Where caller = Where::here());
  Bleu bleu() const;

  // Returns what was measured, in sacreBLEU's notation: "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0".
  std::string signature() const;

 private:
  double smoothing_value() const;

  BleuOptions options_;
  ReferenceCount references_;
  std::array<std::int64_t, 4> matches_ = {};
  std::array<std::int64_t, 4> totals_ = {};
  std::int64_t hypothesis_length_ = 0;
  std::int64_t reference_length_ = 0;
};

// Returns the BLEU of a corpus. Throws ShapeError if the counts differ and ValueError if a hypothesis has no reference.
Bleu corpus_bleu(std::span<const std::string> hypotheses, std::span<const References> references, const BleuOptions& options = {},
                 Where caller = Where::here());

// The sentences whose source has `shortest` to `longest` tokens.
struct BleuBucket {
  std::int64_t shortest = 0;
  std::int64_t longest = 0;
  std::int64_t sentences = 0;
  Bleu bleu = {};
};

// Returns BLEU by length of the source: one bucket up to each bound, and one for longer sources. Empty buckets are included, with
// 0 sentences. Throws as corpus_bleu does, and ValueError unless the bounds rise.
std::vector<BleuBucket> bleu_by_length(std::span<const std::string> hypotheses, std::span<const References> references,
                                       std::span<const std::int64_t> source_lengths, std::span<const std::int64_t> bounds,
                                       const BleuOptions& options = {}, Where caller = Where::here());

// Equal source lines are one source with several references: returns for each distinct line, in order of first occurrence, the
// indices where it occurs.
std::vector<std::vector<std::size_t>> references_by_source(std::span<const std::string> sources);

}  // namespace weft::metrics
