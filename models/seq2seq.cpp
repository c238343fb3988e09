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
      options_(options) {
  if (options.teacher_forcing.ratio < 1) sampling.emplace(this, "sampling", options.teacher_forcing);
}

Variable Seq2Seq::forward(const PairBatch& batch) {
  if (!sampling || !training()) return run(batch).logits;
  const Tensor& tokens = batch.target.tokens;
  return decoder.run(batch.target, start(batch.source), sampling->next(tokens.size(0), tokens.size(1))).logits;
}

Decoded Seq2Seq::run(const PairBatch& batch, Where where) const {
  return decoder.run(batch.target, start(batch.source, where), where);
}

DecoderState Seq2Seq::start(const Batch& source, Where where) const {
  Encoded encoded = encoder(source, decoder.embedding.weight, where);
  return decoder.start(encoded, bridge(encoded.final, where), source.lengths, where);
}

Decoded Seq2Seq::step(const Tensor& ids, DecoderState& state, Where where) const { return decoder.step(ids, state, where); }

}  // namespace weft
