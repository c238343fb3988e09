// Decoding: from sources to their outputs, by greedy search, beam search or sampling; and the score of given outputs.
#pragma once

#include <weft/models/decoding/hypothesis.h>
#include <weft/models/decoding/incremental_decoder.h>
#include <weft/models/decoding/search_options.h>

#include <cstdint>
#include <vector>

namespace weft {

// What the sources of a batch have of their own; a list that is empty says nothing.
struct PerSource {
  std::vector<Sequence> prefixes = {};      // each output begins with these words, without <s>
  std::vector<std::uint64_t> streams = {};  // sampling: which random stream of the seed; else the row
};

// The outputs of each source of the batch that SearchOptions ask for:
//
//     const Seq2SeqDecoder decoder(model);
//     NBest found = decode(decoder, source)[0];                                       // greedy
//     decode(decoder, source, {.beam = 5, .n_best = 5});                              // the five best of a beam
//     decode(decoder, source, {.sampling = Sampling{.top_p = 0.9, .seed = 3}});       // a draw
//     decode(Ensemble({&a, &b}), source, {.beam = 5}, {.prefixes = {{17, 4}, {}}});   // the first output begins with 17 4
//
// Beam search: at each step the live hypotheses of a source are extended by every word, and those of the highest values (sums of
// ln p) stay; what ends with </s> leaves the beam, which gets narrower by one. A source is done when its beam is empty, or when
// no live hypothesis could get a better score than the n_best finished ones; see search_score and search_bound. A beam of 1 is
// greedy search; where all hypotheses fit into the beam the results are the best of all. Hypotheses come in falling order of
// score, fewer than n_best where there are no more. Coverage, which only a whole output has, orders finished hypotheses and
// nothing before.
//
// Sampling: n_best independent draws in their order. Draw d of stream s depends on (seed, s, d) and the source alone.
//
// <pad> and <s> are never written, <unk> only if options.unknown allows it or a prefix contains it, and a token whose ln p is
// -infinity only if a prefix contains it. Where the options leave no word, </s> may be written. Words of a prefix are not
// blocked, and their ln p counts. Results do not depend on threads and, if the decoder's rows do not depend on each other, not on
// the other sources of the batch, bit for bit. Runs without a graph.
//
// Throws ValueError as SearchOptions::validate does, for a coverage penalty without attention, for a vocabulary without <s> or
// </s>, for lists of another length than the batch, for prefix ids that are no words, and for probabilities that are NaN or above
// 1 by more than rounding (0.001); ShapeError and DtypeError for a StepOutput of the wrong shape or dtype; as checked_lengths for
// the source's lengths; else as the decoder does.
std::vector<NBest> decode(const IncrementalDecoder& decoder, const Batch& source, const SearchOptions& options = {},
                          const PerSource& own = {}, Where caller = Where::here());

// ln p of given outputs, ids without <s> and </s>, one for each source: what decode() would report had it found them. Of the
// options those of the score are used. Throws as decode does.
std::vector<Hypothesis> score_targets(const IncrementalDecoder& decoder, const Batch& source,
                                      const std::vector<Sequence>& targets, const SearchOptions& options = {},
                                      Where caller = Where::here());

}  // namespace weft
