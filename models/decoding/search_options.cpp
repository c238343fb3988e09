#include <weft/models/decoding/search_options.h>
#include <weft/models/options/option_error.h>

#include <algorithm>
#include <cmath>

namespace weft {

namespace {

constexpr std::int64_t kUsualMaxLength = 100;

double norm(std::int64_t words, const SearchOptions& options) {
  const auto n = static_cast<double>(words);
  return std::pow(options.length_norm == LengthNorm::gnmt ? (5 + n) / 6 : n, options.alpha);
}

}  // namespace

std::string to_string(LengthNorm norm) { return name_in(kLengthNormNames, norm); }

OptionFields Sampling::fields() {
  return {{.name = "temperature",
           .value = &temperature,
           .range = finite_above(0, "; a search without sampling takes the most probable words"),
           .help = "--sample: softmax temperature; below 1 favours probable words, above 1 flattens the distribution"},
          {.name = "top_k",
           .value = &top_k,
           .range = at_least(0),
           .help = "--sample: sample from the k most probable words only; 0: from all words"},
          {.name = "top_p",
           .value = &top_p,
           .range = above_up_to(0, 1),
           .help = "--sample: sample from the most probable words whose total probability reaches p"},
          {.name = "seed", .value = &seed, .help = "--sample: random seed; each line has its own random stream"}};
}

OptionFields SearchOptions::fields() {
  return {{.name = "beam", .value = &beam, .range = at_least(1), .help = "beam size; 1: greedy search"},
          {.name = "n_best", .value = &n_best, .range = at_least(1)},
          {.name = "length_norm",
           .value = named_option(length_norm, kLengthNormNames),
           .help = "length normalisation: divide ln p of n tokens by n^alpha (average) or ((5 + n) / 6)^alpha (gnmt)"},
          {.name = "alpha",
           .value = &alpha,
           .range = finite_at_least(0),
           .help = "exponent of --length-norm; 0: no normalisation, which favours short outputs"},
          {.name = "coverage_penalty",
           .value = &coverage_penalty,
           .range = finite_at_least(0),
           .help = "beta of GNMT's coverage penalty, which penalises outputs that leave parts of the source unattended"},
          {.name = "min_length", .value = &min_length, .range = at_least(0), .help = "minimum number of tokens in an output"},
          {.name = "length_factor", .value = &length_factor, .range = finite_at_least(0)},
          {.name = "no_repeat_ngram",
           .value = &no_repeat_ngram,
           .range = at_least(0),
           .help = "do not repeat any sequence of this many tokens in an output; 0: no restriction"},
          {.name = "repetition_penalty",
           .value = &repetition_penalty,
           .range = finite_at_least(1),
           .help = "multiply ln p of tokens that already occur in the output by this factor; 1: no penalty"},
          {.name = "unknown",
           .value = &unknown,
           .help = "allow unknown words in the output, and replace each by the source word with the largest attention weight",
           .flag = "--replace-unknown"}};
}

void SearchOptions::validate(Where caller) const {
  check_ranges("search", fields_of(*this), caller);
  if (sampling) {
    check_option(beam == 1, caller, "search: sampling cannot be combined with a beam, but ", OptionName{"beam"}, " is ", beam);
    check_ranges("search", fields_of(*sampling), caller);
  } else {
    check_option(n_best <= beam, caller, "search: ", OptionName{"n_best"}, " ", n_best, " is above ", OptionName{"beam"}, " ",
                 beam);
  }
  const std::int64_t most = max_length.value_or(kUsualMaxLength);
  check_option(most >= 0, caller, "search: ", OptionName{"max_length"}, " is ", most, ", not at least 0");
  check_option(min_length <= most, caller, "search: ", OptionName{"min_length"}, " ", min_length, " is above ",
               OptionName{"max_length"}, " ", most);
}

std::int64_t longest_output(std::int64_t source_tokens, const SearchOptions& options) {
  const double by_source =
      std::floor(options.length_factor * static_cast<double>(source_tokens)) + static_cast<double>(options.length_margin);
  const auto most = static_cast<double>(options.max_length.value_or(kUsualMaxLength));
  return std::max(static_cast<std::int64_t>(std::max(std::min(most, by_source), 0.0)), options.min_length);
}

double search_score(double value, std::int64_t words, std::span<const double> coverage, const SearchOptions& options) {
  constexpr double kLeastCoverage = 1e-6;
  double covered = 0;
  for (double sum : coverage) covered += std::log(std::clamp(sum, kLeastCoverage, 1.0));
  return value / norm(words, options) + options.coverage_penalty * covered;
}

double search_bound(double value, std::int64_t longest, const SearchOptions& options) { return value / norm(longest, options); }

}  // namespace weft
