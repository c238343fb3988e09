#include <weft/models/seq2seq.h>

namespace weft {

namespace {
const Seq2SeqOptions& validated(const Seq2SeqOptions& options, Where where) {
  options.validate(where);
  return options;
}
}  // namespace

Seq2Seq::Seq2Seq(const Seq2SeqOptions& options, Where where)
    : encoder(this, "encoder", validated(options, where)),
      bridge(this, "bridge", options),
      decoder(this, "decoder", options),
      options_(options) {}

Variable Seq2Seq::forward(const PairBatch& batch) { return run(batch).logits; }

Decoded Seq2Seq::run(const PairBatch& batch, Where where) const {
  return decoder.run(batch.target, start(batch.source, where), where);
}

DecoderState Seq2Seq::start(const Batch& source, Where where) const {
  Encoded encoded = encoder(source, where);
  return decoder.start(encoded, bridge(encoded.final, where), source.lengths, where);
}

Decoded Seq2Seq::step(const Tensor& ids, DecoderState& state, Where where) const { return decoder.step(ids, state, where); }

}  // namespace weft
