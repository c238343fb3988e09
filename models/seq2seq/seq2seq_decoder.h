// Seq2SeqDecoder: lets decode() use a Seq2Seq.
#pragma once

#include <weft/models/decoding/incremental_decoder.h>
#include <weft/models/seq2seq/seq2seq.h>

namespace weft {

// The decoder of an encoder-decoder:
//
//     NBest found = decode(Seq2SeqDecoder(model), source, {.beam = 5})[0];
//
// The ids are those of text::Vocabulary. With a copy mechanism, ids for which the source has no word have an ln p of -infinity.
// The model is held by pointer; it must outlive the decoder and should be in eval mode. start() throws as Seq2Seq::start does.
class Seq2SeqDecoder : public IncrementalDecoder {
 public:
  explicit Seq2SeqDecoder(const Seq2Seq& model) : model_(&model) {}

  DecoderTokens tokens() const override;
  std::unique_ptr<State> start(const Batch& source) const override;

 private:
  const Seq2Seq* model_;
};

}  // namespace weft
