// IncrementalDecoder: the interface by which decode() generates the outputs of a model, token by token.
#pragma once

#include <weft/nn/layers/batch.h>

#include <memory>
#include <optional>

namespace weft {

// The ids that a decoder reads and writes: 0 .. vocabulary - 1, some of which have special meanings.
struct DecoderTokens {
  std::int64_t vocabulary = 0;
  std::int64_t start = 0;                    // <s>, read before the first token; written only if it is also `end`
  std::int64_t end = 0;                      // </s>, which ends an output
  std::optional<std::int64_t> padding = {};  // <pad>, never written
  std::optional<std::int64_t> unknown = {};  // <unk>, written only if SearchOptions::unknown allows it
};

// The output of a decoder after it has read one token for each row.
struct StepOutput {
  // ln p of the next token, [rows, vocabulary], f32 or f64, at most 0. A token of -infinity is chosen only if a prefix contains
  // it or if nothing but </s> may follow.
  Tensor log_probabilities;
  // The weight of each source token, f32 [rows, source time]; undefined without attention. It becomes Hypothesis::attention, and
  // the coverage penalty uses it.
  Tensor attention;
};

// A model that writes an output one token at a time. Derive from it, and from State, to decode a model of your own by greedy
// search, by beam search or by sampling, alone or in an Ensemble; models/docs/decoding.md has an example.
class IncrementalDecoder {
 public:
  // The state of a decoder between tokens. A row is an output that is being written for one source.
  class State {
   public:
    virtual ~State() = default;

    // Reads one id for each row, i64 [rows], and advances the rows.
    virtual StepOutput step(const Tensor& ids) = 0;

    // Row i becomes a copy of the former row rows[i], where rows is i64 [new rows]. Sources keep their order, and a source that
    // is done has no rows left. Each of the other sources has the same number of adjacent rows, so that data of a source can be
    // stored once for all its rows.
    virtual void select(const Tensor& rows) = 0;
  };

  virtual ~IncrementalDecoder() = default;

  virtual DecoderTokens tokens() const = 0;

  // Returns the state before the first token, with one row for each source; it must not outlive the decoder. decode() itself
  // reads only the lengths of the sources.
  virtual std::unique_ptr<State> start(const Batch& source) const = 0;
};

}  // namespace weft
