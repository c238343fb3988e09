// The content of a report about a translator.
#pragma once

#include <weft/models/report/report.h>
#include <weft/models/translator/translator.h>

#include <string>

namespace weft::report {

// Returns bounds that divide lengths into at most six groups: at multiples of a round number, with an open last group that has
// few lengths.
std::vector<std::int64_t> length_bounds(std::vector<std::int64_t> lengths);

// Returns the BLEU of all sources.
double bleu_of(const TranslatedSources& translated, const metrics::BleuOptions& bleu = {});

// Returns BLEU by length of the source, in words between white space, whatever the tokens are. Without bounds, uses length_bounds
// of the sources. Groups whose outputs are too short for 4-grams are scored by shorter n-grams. Throws ValueError unless the
// bounds rise.
QualityCurve quality_of(const std::string& name, const TranslatedSources& translated, std::span<const std::int64_t> bounds,
                        const metrics::BleuOptions& bleu = {});

// Adds the results of a translator: `scores`, BLEU by length, at most `examples` samples from all parts of the data, and half as
// many alignments of shorter sentences.
void add_evaluation(Report& report, const TranslatedSources& translated, const TranslatorScores& scores,
                    const metrics::BleuOptions& bleu = {}, std::size_t examples = 12);

}  // namespace weft::report
