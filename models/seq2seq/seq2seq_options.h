// Seq2SeqOptions: the architecture of an encoder-decoder.
#pragma once

#include <weft/models/options/option_field.h>
#include <weft/models/seq2seq/scheduled_sampling.h>
#include <weft/tensor/base/enum_names.h>
#include <weft/tensor/base/where.h>
#include <weft/tensor/fused/recurrent_cell.h>

#include <cmath>
#include <cstdint>
#include <string>

namespace weft {

// How the decoder attends to the source; the scores are in nn/attention/attention.h and nn/attention/additive_attention.h.
enum class AttentionKind : std::uint8_t { none, dot, general, additive };
inline constexpr EnumName<AttentionKind> kAttentionNames[] = {{AttentionKind::none, "none"},
                                                              {AttentionKind::dot, "dot"},
                                                              {AttentionKind::general, "general"},
                                                              {AttentionKind::additive, "additive"}};

// Which state is the query, and where the context goes: see Seq2Seq.
enum class Wiring : std::uint8_t { luong, bahdanau };
inline constexpr EnumName<Wiring> kWiringNames[] = {{Wiring::luong, "luong"}, {Wiring::bahdanau, "bahdanau"}};

// What shares the weights of the decoder's embedding: nothing else, its output layer (Press & Wolf 2017), or the source's
// embedding as well, which requires one vocabulary for both sides. Rows are then scaled by sqrt(embedding_dim) when they are
// looked up (Vaswani et al. 2017), and if the hidden size differs from embedding_dim, a map without bias leads from one to the
// other.
enum class Tie : std::uint8_t { none, target, all };
inline constexpr EnumName<Tie> kTieNames[] = {{Tie::none, "none"}, {Tie::target, "target"}, {Tie::all, "all"}};

inline constexpr EnumName<RecurrentCell> kCellNames[] = {
    {RecurrentCell::rnn, "rnn"}, {RecurrentCell::lstm, "lstm"}, {RecurrentCell::gru, "gru"}};

struct Seq2SeqOptions {
  std::int64_t source_vocabulary = 0, target_vocabulary = 0;
  std::int64_t embedding_dim = 256;
  std::int64_t hidden = 512;  // of the decoder; each direction of a bidirectional encoder has half of it
  RecurrentCell cell = RecurrentCell::lstm;
  int layers = 1;              // of the encoder and of the decoder
  bool bidirectional = false;  // the encoder
  AttentionKind attention = AttentionKind::general;
  bool scaled_scores = true;         // of general: by sqrt(hidden), without which training may get stuck on one token early
  Wiring wiring = Wiring::luong;     // of any attention
  bool input_feeding = false;        // only for Luong's wiring
  bool context_starts_only = false;  // without attention: Sutskever's decoder instead of Cho's
  bool bridge = false;               // a learnt map from the encoder's last state; always used with two directions
  bool copy = false;                 // with attention: words of the source can be copied, see CopyMechanism
  std::int64_t copied_ids = 32;      // with copy: the number of target ids, the last ones, for words that only a source has
  bool coverage = false;             // with attention: scores depend on what each position has received so far, see Coverage
  Tie tie = Tie::none;
  bool layer_norm = false;           // of the recurrent layers: see recurrent_sequence
  bool residual = false;             // layers above the first add their input to their output
  double dropout = 0;                // of embeddings, between layers, before the logits
  bool variational_dropout = false;  // one mask for all steps of a sentence, which also applies to recurrent states
  double source_word_dropout = 0, target_word_dropout = 0;  // of whole words, up to 1 for the target: see nn::WordDropout
  TeacherForcing teacher_forcing = {};                      // below 1: in training some previous words are the decoder's own
  double coverage_loss = 0, alignment_loss = 0;             // weights of coverage_loss() and alignment_loss(), see there

  bool has_attention() const { return attention != AttentionKind::none; }
  bool has_scaled_scores() const { return attention == AttentionKind::general && scaled_scores; }
  bool has_bridge() const { return bridge || bidirectional; }
  std::int64_t first_copied_id() const { return target_vocabulary - copied_ids; }
  double embedding_scale() const { return tie == Tie::none ? 1 : std::sqrt(static_cast<double>(embedding_dim)); }
  // Describes the options; those of teacher_forcing describe themselves.
  OptionFields fields();
  // Throws ValueError for options out of range and for options that exclude each other.
  void validate(Where caller = Where::here()) const;
};

// "lstm", "general", "bahdanau", ...
std::string to_string(RecurrentCell cell);
std::string to_string(AttentionKind attention);
std::string to_string(Wiring wiring);
std::string to_string(Tie tie);

}  // namespace weft
