// Decoding: finds the outputs of sources by greedy search, beam search or sampling, and scores given outputs.
#pragma once

#include <weft/models/decoding/hypothesis.h>
#include <weft/models/decoding/incremental_decoder.h>
#include <weft/models/decoding/search_options.h>

#include <cstdint>
#include <vector>

namespace weft {

// Inputs for single sources of a batch: one for each source, or an empty list.
struct PerSource {
  std::vector<Sequence> prefixes = {};      // each output begins with these words, without <s>
  std::vector<std::uint64_t> streams = {};  // for sampling: the random stream of each source; by default its row
};

// Returns the outputs of each source of the batch, found as SearchOptions say:
//
//     const Seq2SeqDecoder decoder(model);
//     NBest found = decode(decoder, source)[0];                                       // greedy
//     decode(decoder, source, {.beam = 5, .n_best = 5});                              // the five best of a beam
//     decode(decoder, source, {.sampling = Sampling{.top_p = 0.9, .seed = 3}});       // a draw
//     decode(Ensemble({&a, &b}), source, {.beam = 5}, {.prefixes = {{17, 4}, {}}});   // the first output begins with 17 4
//
// Beam search: at each step, the live hypotheses of a source are extended by every word, and those with the highest values (sums
// of ln p) are kept. A hypothesis that ends with </s> leaves the beam, which is then narrower by one. A source is done when its
// beam is empty, or when no live hypothesis can get a better score than the n_best finished ones; see search_score and
// search_bound. A beam of 1 is greedy search. If the beam is wide enough for all hypotheses, the results are the best of all
// outputs. Hypotheses are returned in falling order of score, fewer than n_best if there are no more. Coverage is only defined
// for a complete output, so that it affects only the order of finished hypotheses.
//
// Sampling: returns n_best independent draws in their order. Draw d of stream s depends only on (seed, s, d) and the source.
//
// <pad> and <s> are never written. <unk> is written only if options.unknown allows it or a prefix contains it, and a token whose
// ln p is -infinity only if a prefix contains it. If the options exclude every word, </s> may be written. Words of a prefix are
// never blocked, and their ln p counts. Results do not depend on the number of threads and, if the decoder's rows do not depend
// on each other, not on the other sources of the batch, bit for bit. No graph is recorded.
//
// Throws ValueError as SearchOptions::validate does, for a coverage penalty without attention, for a vocabulary without <s> or
// </s>, for lists whose length is not that of the batch, for prefix ids that are not words, and for probabilities that are NaN or
// above 1 by more than rounding (0.001). Throws ShapeError and DtypeError for a StepOutput of the wrong shape or dtype, the
// errors of checked_lengths for the source's lengths, and the errors of the decoder.
std::vector<NBest> decode(const IncrementalDecoder& decoder, const Batch& source, const SearchOptions& options = {},
                          const PerSource& own = {}, Where caller = Where::here());

// Scores a given output, ids without <s> and </s>, for each source, exactly as decode() scores an output that it finds. Uses only
// those options that affect the score. Throws as decode does.
std::vector<Hypothesis> score_targets(const IncrementalDecoder& decoder, const Batch& source,
                                      const std::vector<Sequence>& targets, const SearchOptions& options = {},
                                      Where caller = Where::here());

}  // namespace weft
