// What a search through a decoder's outputs is told, and what it compares them by.
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

// Drawing words by their probabilities. In this order: ln p is divided by the temperature, the top_k likeliest words stay, of
// them the fewest likeliest ones that hold a share top_p of what is left (Holtzman et al. 2020), and one of these is drawn.
struct Sampling {
  double temperature = 1;  // near 0: nearly always the likeliest word
  std::int64_t top_k = 0;  // 0: all
  double top_p = 1;        // above 0, up to 1: all
  std::uint64_t seed = 0;

  OptionFields fields();
};

struct SearchOptions {
  std::int64_t beam = 1;                  // hypotheses that are kept at each step; 1: greedy
  std::int64_t n_best = 1;                // how many are returned: at most `beam`; with sampling the number of draws
  std::optional<Sampling> sampling = {};  // draw words instead of looking for the likeliest; not with a beam
  LengthNorm length_norm = LengthNorm::average;
  double alpha = 1;             // exponent of length_norm; 0: no normalisation, which favours short outputs
  double coverage_penalty = 0;  // beta: takes from outputs that leave parts of the source unattended; of models with attention
  std::int64_t min_length = 0;  // words before </s>
  std::optional<std::int64_t> max_length =
      {};                            // words; then only </s> may follow. Unset: 100, or what a Translator was trained with
  double length_factor = 2;          // at most this many times the source's tokens ..
  std::int64_t length_margin = 50;   // .. plus this many, if that is less
  std::int64_t no_repeat_ngram = 0;  // no n words in a row come twice (Paulus et al. 2018); 0: they may
  // Multiplies ln p of a word that was written before, as in Keskar et al. 2019 for negative scores; 1: as it is.
  double repetition_penalty = 1;
  bool unknown = false;  // whether <unk> may be written; a Translator writes the source's word where the model looks for it
  std::int64_t words = std::numeric_limits<std::int64_t>::max();  // ids from here on have no word and are never written

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
// gnmt and coverage: Wu et al. 2016, equation 14. `coverage` holds the sums over j; a token that was hardly looked at counts as
// 1e-6, so that scores stay finite. Both terms are at most 0.
double search_score(double value, std::int64_t words, std::span<const double> coverage, const SearchOptions& options);

// No hypothesis that continues one of this value ever gets a better score: words only lower the value, no output has more words
// than `longest` with </s>, the norm grows with the words, and the coverage's term is at most 0.
double search_bound(double value, std::int64_t longest, const SearchOptions& options);

}  // namespace weft
