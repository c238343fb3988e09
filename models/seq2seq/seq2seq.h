// Seq2Seq: the encoder-decoder, with and without attention.
#pragma once

#include <weft/models/seq2seq/decoder.h>
#include <weft/models/training/data.h>

namespace weft {

// Reads a source x_1 .. x_S and says how likely each next word of a target y_1 .. y_T is. E are embeddings, h_1 .. h_S the states
// of the encoder's last layer, RNN the recurrent layers of the decoder with the state s. s_0 is the encoder's last state, or what
// the bridge makes of it.
//
// attention none: c is the encoder's last hidden state. Cho et al. 2014; with context_starts_only Sutskever et al. 2014, whose
// cell reads E y alone.
//     s_t = RNN([E y_t-1; c], s_t-1),                                        logits_t = V s_t + b
//
// wiring luong: the current state asks; score is q . k (dot), q . W k / sqrt(hidden) (general; options.scaled_scores = false
// leaves the root out) or v . tanh(W1 q + W2 k) (additive). Luong et al. 2015; with input_feeding the cell reads [E y_t-1;
// h~_t-1], and h~_0 is zero.
//     s_t = RNN(E y_t-1, s_t-1),  a_t = softmax over j of score(s_t, h_j),  c_t = sum of a_tj h_j
//     h~_t = tanh(W [c_t; s_t] + w),                                          logits_t = V h~_t + b
//
// wiring bahdanau: the state before asks. Bahdanau et al. 2015, without their maxout layer.
//     a_t = softmax over j of score(s_t-1, h_j),  c_t = sum of a_tj h_j
//     s_t = RNN([E y_t-1; c_t], s_t-1),                                       logits_t = V s_t + b
//
// With two directions h_j = [forwards_j; backwards_j], each of half the size. Parameters: encoder.embedding.weight,
// encoder.rnn.weight_ih_l0 .., bridge.hidden.weight .., decoder.embedding.weight, decoder.rnn.weight_ih_l0 ..,
// decoder.output.weight, decoder.attention.*, decoder.combine.weight .. Tied weights stand under decoder.embedding.weight alone.
//
// With coverage the keys know what each place has received so far: see Coverage, whose parameter is decoder.coverage.weight.
//
// f32: what a row yields depends on its own tokens up to their lengths alone, and is the same step by step and at once, bit for
// bit.
class Seq2Seq : public nn::Module {
 public:
  // Throws ValueError as Seq2SeqOptions::validate does.
  explicit Seq2Seq(const Seq2SeqOptions& options, Where where = Where::here());

  // Teacher forcing: the logits of y_t from the true y_1 .. y_t-1; batch.target holds <s> y_1 .. y_T. -> [batch, time,
  // target_vocabulary]. In training with options().teacher_forcing below 1 some words before are the decoder's own. Throws
  // ShapeError, DtypeError, IndexError for ids and lengths out of range.
  Variable forward(const PairBatch& batch, Where where = Where::here());

  // The same with options().coverage_loss times coverage_loss() and, where the batch has an alignment, options().alignment_loss
  // times alignment_loss(): what a Trainer minimizes.
  ModelOutput forward_with_loss(const PairBatch& batch, Where where = Where::here());

  // The same with the weights of attention.
  Decoded run(const PairBatch& batch, Where where = Where::here()) const;

  // One word at a time: the state before the first word, and the logits of the next after reading ids, i64 [rows].
  //     DecoderState state = model.start(source);
  //     Decoded first = model.step(sentence_starts, state);
  DecoderState start(const Batch& source, Where where = Where::here()) const;
  Decoded step(const Tensor& ids, DecoderState& state, Where where = Where::here()) const;

  const Seq2SeqOptions& options() const { return options_; }

  // For a copy mechanism: the target's id of each source id, i64 [source_vocabulary], or -1 where the target has none. Without it
  // a source id is its own where the vocabularies are of one size, the last copied_ids being -1; else start() throws ValueError.
  // Source ids from `unknown_from` on are the unknown words of a sentence, each with one id for all its places; the encoder reads
  // them as <unk>. Throws ShapeError, DtypeError.
  void set_copied_words(const Tensor& target_ids, std::int64_t unknown_from, Where where = Where::here());
  void set_copied_words(const Tensor& target_ids, Where where = Where::here()) {
    set_copied_words(target_ids, options_.source_vocabulary, where);
  }
  // What the words of a source count for when they are copied: the target's ids, those that the target lacks from
  // options().first_copied_id() on; one source id, but <unk>, has one of them. Beyond copied_ids they are <unk>.
  Sequence copied_ids(std::span<const std::int64_t> source) const;

  Encoder encoder;
  Bridge bridge;
  Decoder decoder;
  std::optional<ScheduledSampling> sampling;

 private:
  Decoded read(const PairBatch& batch);

  Seq2SeqOptions options_;
  Tensor copied_words_;
  std::int64_t unknown_from_;
};

}  // namespace weft
