// What hypotheses are compared by.
#pragma once

#include <weft/models/decoding/search_options.h>

#include <span>

namespace weft {

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
