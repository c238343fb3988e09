#include <weft/models/decoding/search_options.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <cmath>

namespace weft {

namespace {

constexpr std::int64_t kUsualMaxLength = 100;

void validate_sampling(const SearchOptions& options, Where caller) {
  const Sampling& sampling = *options.sampling;
  check<ValueError>(options.beam == 1, caller, "search: sampling keeps no beam, but beam is ", options.beam);
  check<ValueError>(std::isfinite(sampling.temperature) && sampling.temperature > 0, caller, "search: temperature is ",
                    sampling.temperature, ", not above 0; a search without sampling takes the likeliest words");
  check<ValueError>(sampling.top_k >= 0, caller, "search: top_k ", sampling.top_k, " is negative");
  check<ValueError>(sampling.top_p > 0 && sampling.top_p <= 1, caller, "search: top_p is ", sampling.top_p,
                    ", not above 0 and at most 1");
}

double norm(std::int64_t words, const SearchOptions& options) {
  const auto n = static_cast<double>(words);
  return std::pow(options.length_norm == LengthNorm::gnmt ? (5 + n) / 6 : n, options.alpha);
}

}  // namespace

std::string to_string(LengthNorm norm) { return name_in(kLengthNormNames, norm); }

LengthNorm length_norm_from_string(std::string_view name) {
  const std::optional<LengthNorm> norm = value_in(kLengthNormNames, name);
  if (!norm)
    throw ValueError("\"" + std::string(name) + "\" is no length normalisation; there are " +
                     list_of_names(kLengthNormNames, ", "));
  return *norm;
}

void SearchOptions::validate(Where caller) const {
  check<ValueError>(beam >= 1, caller, "search: beam ", beam, " is below 1");
  check<ValueError>(n_best >= 1, caller, "search: n_best ", n_best, " is below 1");
  check<ValueError>(sampling || n_best <= beam, caller, "search: n_best ", n_best, " is above beam ", beam);
  if (sampling) validate_sampling(*this, caller);
  auto not_negative = [&](double value, const char* name) {
    check<ValueError>(std::isfinite(value) && value >= 0, caller, "search: ", name, " ", value,
                      std::isfinite(value) ? " is negative" : " is not finite");
  };
  not_negative(alpha, "alpha");
  not_negative(coverage_penalty, "coverage_penalty");
  not_negative(length_factor, "length_factor");
  check<ValueError>(min_length >= 0, caller, "search: min_length ", min_length, " is negative");
  check<ValueError>(!max_length || *max_length >= 0, caller, "search: max_length ", max_length.value_or(0), " is negative");
  const std::int64_t most = max_length.value_or(kUsualMaxLength);
  check<ValueError>(min_length <= most, caller, "search: min_length ", min_length, " is above max_length ", most);
  check<ValueError>(no_repeat_ngram >= 0, caller, "search: no_repeat_ngram ", no_repeat_ngram, " is negative");
  check<ValueError>(std::isfinite(repetition_penalty) && repetition_penalty >= 1, caller, "search: repetition_penalty is ",
                    repetition_penalty, ", not at least 1");
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
