// The options of a search through a decoder's outputs, and the score by which it compares them.
#pragma once

#include <weft/models/options/option_field.h>
#include <weft/tensor/base/enum_names.h>
#include <weft/tensor/base/where.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

namespace weft {

// What ln p of n words, </s> included, is divided by: see search_score.
enum class LengthNorm : std::uint8_t { average, gnmt };
inline constexpr EnumName<LengthNorm> kLengthNormNames[] = {{LengthNorm::average, "average"}, {LengthNorm::gnmt, "gnmt"}};

std::string to_string(LengthNorm norm);

// How words are sampled. In this order: ln p is divided by the temperature, the top_k most probable words are
// kept, then the smallest set of the most probable of them that holds a share top_p of their total (Holtzman et al. 2020), and
// one of these is drawn.
struct Sampling {
  double temperature = 1;  // near 0: nearly always the most probable word
  std::int64_t top_k = 0;  // 0: all
  double top_p = 1;        // above 0, up to 1: all
  std::uint64_t seed = 0;

  OptionFields fields();
};

struct SearchOptions {
  std::int64_t beam = 1;                  // hypotheses that are kept at each step; 1: greedy
  std::int64_t n_best = 1;                // how many are returned: at most `beam`; with sampling the number of draws
  std::optional<Sampling> sampling = {};  // sample words instead of searching for the most probable ones; not with a beam
  LengthNorm length_norm = LengthNorm::average;
  double alpha = 1;             // exponent of length_norm; 0: no normalisation, which favours short outputs
  double coverage_penalty = 0;  // beta: penalises outputs that leave parts of the source unattended; for models with attention
  std::int64_t min_length = 0;  // words before </s>
  std::optional<std::int64_t> max_length =
      {};                            // words; then only </s> may follow. Unset: 100, or what a Translator was trained with
  double length_factor = 2;          // at most this many times the source's tokens ..
  std::int64_t length_margin = 50;   // .. plus this many, if that is less
  std::int64_t no_repeat_ngram = 0;  // no sequence of n words occurs twice (Paulus et al. 2018); 0: no restriction
  // Multiplies ln p of words that occur in the output already, as in Keskar et al. 2019 for negative scores; 1: no penalty.
  double repetition_penalty = 1;
  // Whether <unk> may be written. A Translator replaces it by the source word with the largest attention weight.
  bool unknown = false;
  std::int64_t words = std::numeric_limits<std::int64_t>::max();  // ids from this one on have no word and are never written

  // Describes the options; those of sampling describe themselves.
  OptionFields fields();
  // Throws ValueError that names the option, its value and the rule.
  void validate(Where caller = Where::here()) const;
};

// The most words for a source of that many tokens: min(max_length, length_factor * tokens + length_margin), at least min_length.
std::int64_t longest_output(std::int64_t source_tokens, const SearchOptions& options);

// The score of a finished hypothesis of n words, </s> included, whose values (ln p, those of repeated words multiplied by
// repetition_penalty) sum to `value`, and of the attention a_ji that word j paid to source token i, </s> on both sides included:
//
//     score = value / norm(n) + coverage_penalty * sum over i of ln(min(sum over j of a_ji, 1))
//     norm(n) = n^alpha (average: with alpha 1 the mean ln p of a word) or ((5 + n) / 6)^alpha (gnmt)
//
// gnmt and coverage: Wu et al. 2016, equation 14. `coverage` holds the sums over j; a token with less attention counts as
// 1e-6, so that scores stay finite. Both terms are at most 0.
double search_score(double value, std::int64_t words, std::span<const double> coverage, const SearchOptions& options);

// No hypothesis that continues one of this value ever gets a better score: words only lower the value, no output has more words
// than `longest` with </s>, the norm grows with the words, and the coverage's term is at most 0.
double search_bound(double value, std::int64_t longest, const SearchOptions& options);

}  // namespace weft
