// Decoder: the part of an encoder-decoder that generates the target.
#pragma once

#include <weft/models/seq2seq/copy_mechanism.h>
#include <weft/models/seq2seq/coverage.h>
#include <weft/models/seq2seq/encoder.h>
#include <weft/nn/attention/any_attention.h>

#include <string>

namespace weft {

// The masks of variational dropout, the same for all words of a sentence; undefined without it and outside training.
struct DecoderMasks {
  Tensor embedding, output;  // [rows, embedding_dim], [rows, hidden]
  nn::RecurrentMasks recurrent;

  DecoderMasks select_rows(const Tensor& rows) const;
};

// Everything that the decoder passes from word to word. Row i belongs to sentence i / (rows / sentences): a beam search keeps
// several rows of each sentence in one state, and the data of the source is stored once per sentence.
struct DecoderState {
  RecurrentState recurrent;  // [layers, rows, hidden]
  Variable fed;              // input feeding: the last h~, [rows, hidden]
  nn::Memory memory;         // with attention: the source, [sentences, time, hidden]
  Variable received;         // with coverage: the sum of the weights so far, [rows, time]
  Variable context;          // without attention: the source's fixed vector, [sentences, hidden]
  Tensor copied;             // with a copy mechanism: the target's ids of the source's words, [sentences, time]
  DecoderMasks masks;

  std::int64_t rows() const { return recurrent.hidden.size(1); }
  std::int64_t sentences() const { return memory.values.defined() ? memory.values.size(0) : context.size(0); }
  // Returns the state of other rows, such as the surviving ones of a beam: rows i64 [n]. Sentences keep their order. Sentences
  // without rows are dropped; the others must have equally many rows, which must be adjacent.
  DecoderState select_rows(const Tensor& rows) const;
};

// The output for one word (rows) or for all (batch, time).
struct Decoded {
  Variable logits;   // [rows, vocabulary] or [batch, time, vocabulary]; with a copy mechanism, ln p
  Variable weights;  // of attention, [rows, source time] or [batch, time, source time]; otherwise undefined
};

// The options of the decoder's recurrent layers.
nn::RecurrentOptions decoder_options(const Seq2SeqOptions& options);

// See Seq2Seq for the formulas. A whole sequence and its single steps give the same bits in f32.
class Decoder : public nn::Module {
 public:
  Decoder(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options);

  // `first` is the initial recurrent state.
  DecoderState start(const Encoded& encoded, const RecurrentState& first, const Tensor& source_lengths,
                     Where caller = Where::here()) const;

  // Reads one id per row, i64 [rows], and advances `state`.
  Decoded step(const Tensor& ids, DecoderState& state, Where caller = Where::here()) const;

  // Reads whole targets, one row per sentence.
  Decoded run(const Batch& target, DecoderState state, Where caller = Where::here()) const;

  // The same, where `words` chooses the previous words.
  Decoded run(const Batch& target, DecoderState state, const SampledWords& words, Where caller = Where::here()) const;

  nn::Embedding embedding;
  nn::Dropout dropout, output_dropout;
  nn::Recurrent rnn;
  std::optional<nn::AnyAttention> attention;
  std::optional<Coverage> coverage;
  std::optional<nn::Linear> combine;  // Luong's W
  nn::Linear output;
  std::optional<nn::Linear> projection;  // to a tied output of another size
  std::optional<CopyMechanism> copy;
  std::optional<nn::WordDropout> word_dropout;  // used in run(); step() does not see whole sentences

 private:
  // The vector that the logits are computed from, and the attention weights.
  struct Seen {
    Variable vector, weights;
    Variable gate_input;  // of the copy mechanism
  };
  static Seen stacked(const std::vector<Seen>& steps);
  DecoderMasks draw_masks(std::int64_t rows) const;
  nn::Attended look(const Variable& query, DecoderState& state) const;
  Seen step_without(const Variable& embedded, DecoderState& state) const;
  Seen step_luong(const Variable& embedded, DecoderState& state) const;
  Seen step_bahdanau(const Variable& embedded, DecoderState& state) const;
  Seen step_embedded(const Variable& embedded, DecoderState& state) const;
  Seen run_at_once(const Variable& embedded, const Tensor& lengths, const DecoderState& state) const;
  // `vector` is that of `seen`, perhaps with dropout.
  Variable logits(const Variable& vector, const Seen& seen, const DecoderState& state) const;
  Variable gate_input(const Variable& context, const Variable& state, const Variable& embedded) const;
  Variable attentional(const Variable& context, const Variable& state) const;

  bool tied_, bahdanau_, input_feeding_, context_as_input_;
};

}  // namespace weft
