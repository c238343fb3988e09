// Beam search and greedy search.
#pragma once

#include <weft/models/decoding/hypothesis.h>
#include <weft/models/seq2seq.h>

namespace weft {

// The likeliest word at each step, up to </s>. One hypothesis per source; see beam_search.
std::vector<Hypothesis> greedy_search(const Seq2Seq& model, const Batch& source, const SearchOptions& options = {},
                                      Where where = Where::here());

// The hypothesis of the best score that a beam of `width` finds, for each source of the batch. At each step the live hypotheses
// of a source are extended by every word and the best ln p are kept; those that end with </s> leave the beam, which gets narrower
// by one. A source is done when its beam is empty, or when its best finished hypothesis cannot be beaten: words only lower ln p,
// so a live one of ln p = l never scores above l / (longest output, </s> included)^length_penalty. A beam of width 1 is greedy
// search; where all hypotheses fit into the beam the result is the best of all.
//
// score = ln p / length^length_penalty, where length counts </s>; a penalty of 1 gives the mean ln p of a word. Wu et al. 2016
// divide by ((5 + length) / 6)^alpha, which differs for the shortest outputs alone. <pad> and <s> are never written, <unk> only
// where options.unknown says so. Results do not depend on the other sources of the batch, bit for bit. Runs without a graph; the
// model should be in eval mode. Throws ValueError for a width below 1 and a negative length_penalty, and as Seq2Seq::start.
std::vector<Hypothesis> beam_search(const Seq2Seq& model, const Batch& source, std::int64_t width,
                                    const SearchOptions& options = {}, Where where = Where::here());

}  // namespace weft
