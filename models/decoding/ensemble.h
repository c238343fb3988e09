// Ensemble: several decoders that write one output together.
#pragma once

#include <weft/models/decoding/incremental_decoder.h>

#include <vector>

namespace weft {

// One or more decoders with the same target vocabulary. The probability of a token is the mean over the decoders, and the
// attention is the mean over those that have attention. The decoders are held by pointer and must outlive the ensemble.
class Ensemble : public IncrementalDecoder {
 public:
  // Throws ValueError if there are no decoders, or if their vocabularies, <s> or </s> differ.
  explicit Ensemble(std::vector<const IncrementalDecoder*> decoders, Where caller = Where::here());

  DecoderTokens tokens() const override { return decoders_.front()->tokens(); }
  std::unique_ptr<State> start(const Batch& source) const override;

 private:
  std::vector<const IncrementalDecoder*> decoders_;
};

}  // namespace weft
