// Seq2SeqDecoder: a Seq2Seq as decode() knows it.
#pragma once

#include <weft/models/decoding/incremental_decoder.h>
#include <weft/models/seq2seq/seq2seq.h>

namespace weft {

// The decoder of an encoder-decoder:
//
//     NBest found = decode(Seq2SeqDecoder(model), source, {.beam = 5})[0];
//
// ids are those of text::Vocabulary. With a copy mechanism the ids that a source has no word for have ln p of -infinity. Holds a
// pointer: the model outlives it, and should be in eval mode. start() throws as Seq2Seq::start does.
class Seq2SeqDecoder : public IncrementalDecoder {
 public:
  explicit Seq2SeqDecoder(const Seq2Seq& model) : model_(&model) {}

  DecoderTokens tokens() const override;
  std::unique_ptr<State> start(const Batch& source) const override;

 private:
  const Seq2Seq* model_;
};

}  // namespace weft
