#include <weft/autograd/basics/math.h>
#include <weft/models/seq2seq/detail/attention_losses.h>
#include <weft/models/seq2seq/seq2seq.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/reduction/lengths.h>

#include <algorithm>

namespace weft {

namespace {
const Seq2SeqOptions& validated(const Seq2SeqOptions& options, Where caller) {
  options.validate(caller);
  return options;
}
}  // namespace

Seq2Seq::Seq2Seq(const Seq2SeqOptions& options, Where caller)
    : encoder({this, caller}, "encoder", validated(options, caller)),
      bridge({this, caller}, "bridge", options),
      decoder({this, caller}, "decoder", options),
      options_(options),
      unknown_from_(options.source_vocabulary) {
  if (options.teacher_forcing.ratio < 1) sampling.emplace(this, "sampling", options.teacher_forcing);
  if (!options.copy || options.source_vocabulary != options.target_vocabulary) return;
  const Tensor ids = arange(options.source_vocabulary);
  copied_words_ = where(less(ids, tensor(std::vector{options.first_copied_id()})), ids, tensor(std::vector<std::int64_t>{-1}));
}

// Used in training, where some of the previous words may be the decoder's own predictions.
Decoded Seq2Seq::read(const PairBatch& batch) {
  if (!sampling || !training()) return run(batch);
  const Tensor& tokens = batch.target.tokens;
  return decoder.run(batch.target, start(batch.source), sampling->next(tokens.size(0), tokens.size(1)));
}

Variable Seq2Seq::forward(const PairBatch& batch, Where caller) {
  const CallScope scope(caller);
  return read(batch).logits;
}

ModelOutput Seq2Seq::forward_with_loss(const PairBatch& batch, Where caller) {
  const CallScope scope(caller);
  const Decoded decoded = read(batch);
  ModelOutput output{decoded.logits, {}};
  auto add = [&](double weight, const Variable& loss) {
    output.extra_loss = output.extra_loss.defined() ? output.extra_loss + loss * weight : loss * weight;
  };
  if (options_.coverage_loss > 0) add(options_.coverage_loss, coverage_loss(decoded.weights, batch.target.lengths));
  if (options_.alignment_loss > 0 && batch.alignment.defined())
    add(options_.alignment_loss, alignment_loss(decoded.weights, batch.alignment));
  return output;
}

Decoded Seq2Seq::run(const PairBatch& batch, Where caller) const {
  return decoder.run(batch.target, start(batch.source, caller), caller);
}

void Seq2Seq::set_copied_words(const Tensor& target_ids, std::int64_t unknown_from, Where caller) {
  check<ShapeError>(target_ids.shape() == Shape{options_.source_vocabulary}, caller, "seq2seq: copied words must be [",
                    options_.source_vocabulary, "], not ", target_ids.shape());
  check<DtypeError>(target_ids.dtype() == DType::i64, caller, "seq2seq: copied words must be i64, not ", target_ids.dtype());
  check<ValueError>(unknown_from >= 0, caller, "seq2seq: unknown_from is ", unknown_from, ", not at least 0");
  copied_words_ = contiguous(target_ids);
  unknown_from_ = unknown_from;
}

Sequence Seq2Seq::copied_ids(std::span<const std::int64_t> source) const {
  std::span<const std::int64_t> known = copied_words_.span<std::int64_t>();
  std::int64_t next = options_.first_copied_id();
  Sequence ids;
  for (auto place = source.begin(); place != source.end(); ++place) {
    require<IndexError>(*place >= 0 && *place < std::ssize(known), "seq2seq: a source has id ", *place, ", outside 0 .. ",
                        std::ssize(known) - 1);
    std::int64_t id = known[static_cast<std::size_t>(*place)];
    if (id < 0) {
      auto before = *place == text::kUnknownId ? place : std::find(source.begin(), place, *place);
      if (before != place)
        id = ids[static_cast<std::size_t>(before - source.begin())];
      else
        id = next < options_.target_vocabulary ? next++ : text::kUnknownId;
    }
    ids.push_back(id);
  }
  return ids;
}

DecoderState Seq2Seq::start(const Batch& source, Where caller) const {
  check<ValueError>(!options_.copy || copied_words_.defined(), caller,
                    "seq2seq: vocabularies of different sizes need set_copied_words() for a copy mechanism");
  const Tensor words = harmless_ids(source.tokens, source.lengths, options_.source_vocabulary, caller, "seq2seq");
  Batch read{words, source.lengths};
  if (unknown_from_ < options_.source_vocabulary)
    read.tokens = where(less(words, tensor(std::vector{unknown_from_})), words, tensor(std::vector{text::kUnknownId}));
  Encoded encoded = encoder(read, decoder.embedding.weight, caller);
  DecoderState state = decoder.start(encoded, bridge(encoded.final, caller), source.lengths, caller);
  if (!options_.copy) return state;
  const Tensor tokens = contiguous(words);
  Sequence ids;
  for (std::int64_t row = 0; row < tokens.size(0); ++row) {
    const Sequence own = copied_ids(tokens.span<std::int64_t>().subspan(static_cast<std::size_t>(row * tokens.size(1)),
                                                                        static_cast<std::size_t>(tokens.size(1))));
    ids.insert(ids.end(), own.begin(), own.end());
  }
  state.copied = tensor(ids, tokens.shape());
  return state;
}

Decoded Seq2Seq::step(const Tensor& ids, DecoderState& state, Where caller) const { return decoder.step(ids, state, caller); }

}  // namespace weft
