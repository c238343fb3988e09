// Seq2Seq: the encoder-decoder, with and without attention.
#pragma once

#include <weft/models/seq2seq/decoder.h>
#include <weft/models/training/data.h>

namespace weft {

// Reads a source x_1 .. x_S and returns the probabilities of each next word of a target y_1 .. y_T. E are embeddings, h_1 .. h_S
// the states of the encoder's last layer, RNN the decoder's recurrent layers with the state s. s_0 is the encoder's last state,
// or what the bridge computes from it.
//
// attention none: c is the encoder's last hidden state. Cho et al. 2014; with context_starts_only Sutskever et al. 2014, whose
// cell reads E y alone.
//     s_t = RNN([E y_t-1; c], s_t-1),                                        logits_t = V s_t + b
//
// wiring luong: the current state is the query; score is q . k (dot), q . W k / sqrt(hidden) (general; options.scaled_scores =
// false omits the division) or v . tanh(W1 q + W2 k) (additive). Luong et al. 2015; with input_feeding the cell reads [E y_t-1;
// h~_t-1], and h~_0 is zero.
//     s_t = RNN(E y_t-1, s_t-1),  a_t = softmax over j of score(s_t, h_j),  c_t = sum of a_tj h_j
//     h~_t = tanh(W [c_t; s_t] + w),                                          logits_t = V h~_t + b
//
// wiring bahdanau: the previous state is the query. Bahdanau et al. 2015, without their maxout layer.
//     a_t = softmax over j of score(s_t-1, h_j),  c_t = sum of a_tj h_j
//     s_t = RNN([E y_t-1; c_t], s_t-1),                                       logits_t = V s_t + b
//
// With two directions h_j = [forwards_j; backwards_j], each of half the size. Parameters: encoder.embedding.weight,
// encoder.rnn.weight_ih_l0 .., bridge.hidden.weight .., decoder.embedding.weight, decoder.rnn.weight_ih_l0 ..,
// decoder.output.weight, decoder.attention.*, decoder.combine.weight .. Tied weights are only under decoder.embedding.weight.
//
// With coverage, the keys depend on the attention received so far: see Coverage, whose parameter is decoder.coverage.weight.
//
// In f32, the results of a row depend only on its own tokens up to their lengths, and are the same step by step and at once, bit
// for bit.
class Seq2Seq : public nn::Module {
 public:
  // Throws ValueError as Seq2SeqOptions::validate does.
  explicit Seq2Seq(const Seq2SeqOptions& options, Where caller = Where::here());

  // Teacher forcing: returns the logits of y_t given the true y_1 .. y_t-1; batch.target holds <s> y_1 .. y_T. -> [batch, time,
  // target_vocabulary]. In training with options().teacher_forcing below 1, some of the previous words are the decoder's own.
  // Throws ShapeError, DtypeError, IndexError for ids and lengths out of range.
  Variable forward(const PairBatch& batch, Where caller = Where::here());

  // Like forward(), and adds options().coverage_loss times coverage_loss() and, if the batch has an alignment,
  // options().alignment_loss times alignment_loss(). A Trainer minimizes the sum.
  ModelOutput forward_with_loss(const PairBatch& batch, Where caller = Where::here());

  // Like forward(), and also returns the attention weights.
  Decoded run(const PairBatch& batch, Where caller = Where::here()) const;

  // Decode one word at a time: start() returns the state before the first word, step() the logits of the word after ids, i64
  // [rows].
  //     DecoderState state = model.start(source);
  //     Decoded first = model.step(sentence_starts, state);
  DecoderState start(const Batch& source, Where caller = Where::here()) const;
  Decoded step(const Tensor& ids, DecoderState& state, Where caller = Where::here()) const;

  const Seq2SeqOptions& options() const { return options_; }

  // For a copy mechanism: sets the target id of each source id, i64 [source_vocabulary], or -1 if the target has none. If this is
  // not called, a source id is also the target id if the vocabularies have the same size, where the last copied_ids count as -1;
  // otherwise start() throws ValueError. Source ids from `unknown_from` on are the unknown words of a sentence, each with one id
  // for all its positions; the encoder reads them as <unk>. Throws ShapeError, DtypeError.
  void set_copied_words(const Tensor& target_ids, std::int64_t unknown_from, Where caller = Where::here());
  void set_copied_words(const Tensor& target_ids, Where caller = Where::here()) {
    set_copied_words(target_ids, options_.source_vocabulary, caller);
  }
  // Returns the target ids that the words of a source have when they are copied. Words that the target lacks get ids from
  // options().first_copied_id() on, one for each source id except <unk>. If there are more than copied_ids of them, the rest are
  // <unk>.
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
