// What an encoder-decoder is made of.
#pragma once

#include <weft/models/seq2seq/scheduled_sampling.h>
#include <weft/tensor/base/enum_names.h>
#include <weft/tensor/base/where.h>
#include <weft/tensor/fused/recurrence.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

// How the decoder looks at the source; nn/attention/attention.h and nn/attention/additive_attention.h have the scores.
enum class AttentionKind : std::uint8_t { none, dot, general, additive };
inline constexpr EnumName<AttentionKind> kAttentionNames[] = {{AttentionKind::none, "none"},
                                                              {AttentionKind::dot, "dot"},
                                                              {AttentionKind::general, "general"},
                                                              {AttentionKind::additive, "additive"}};

// Which state asks, and where the context goes: see Seq2Seq.
enum class Wiring : std::uint8_t { luong, bahdanau };
inline constexpr EnumName<Wiring> kWiringNames[] = {{Wiring::luong, "luong"}, {Wiring::bahdanau, "bahdanau"}};

// What has the weights of the decoder's embedding: nothing else, its output layer (Press & Wolf 2017), or the source's embedding
// as well, which wants one vocabulary for both sides. Rows then have sqrt(embedding_dim) as their scale where they are looked up
// (Vaswani et al. 2017), and a map without bias leads from the hidden numbers to the embedding's where those differ.
enum class Tie : std::uint8_t { none, target, all };
inline constexpr EnumName<Tie> kTieNames[] = {{Tie::none, "none"}, {Tie::target, "target"}, {Tie::all, "all"}};

inline constexpr EnumName<RecurrentCell> kCellNames[] = {
    {RecurrentCell::rnn, "rnn"}, {RecurrentCell::lstm, "lstm"}, {RecurrentCell::gru, "gru"}};

struct Seq2SeqOptions {
  std::int64_t source_vocabulary = 0, target_vocabulary = 0;
  std::int64_t embedding_dim = 256;
  std::int64_t hidden = 512;  // of the decoder; an encoder of two directions has half of it in each
  RecurrentCell cell = RecurrentCell::lstm;
  int layers = 1;              // of the encoder and of the decoder
  bool bidirectional = false;  // the encoder
  AttentionKind attention = AttentionKind::general;
  bool scaled_scores = true;         // of general: by sqrt(hidden), without which it can settle on one token early in training
  Wiring wiring = Wiring::luong;     // of any attention
  bool input_feeding = false;        // of Luong's wiring
  bool context_starts_only = false;  // without attention: Sutskever's decoder instead of Cho's
  bool bridge = false;               // a learnt map from the encoder's last state; always there with two directions
  bool copy = false;                 // with attention, words of the source can be written as they are: see CopyMechanism
  std::int64_t copied_ids = 32;      // with copy: so many target ids, the last ones, are for words that only a source has
  bool coverage = false;             // with attention, its scores know what each place of the source has received: see Coverage
  Tie tie = Tie::none;
  bool layer_norm = false;           // of the recurrent layers: see nn::layer_norm_recurrence
  bool residual = false;             // layers above the first add their input to their output
  double dropout = 0;                // of embeddings, between layers, before the logits
  bool variational_dropout = false;  // one mask for all steps of a sentence, and recurrent states are masked too
  double source_word_dropout = 0, target_word_dropout = 0;  // of whole words, of the target up to 1: see nn::WordDropout
  TeacherForcing teacher_forcing = {};                      // below 1, training is told words of the decoder's own
  double coverage_loss = 0, alignment_loss = 0;             // weights of coverage_loss() and alignment_loss(), see there

  bool has_attention() const { return attention != AttentionKind::none; }
  bool has_scaled_scores() const { return attention == AttentionKind::general && scaled_scores; }
  bool has_bridge() const { return bridge || bidirectional; }
  std::int64_t first_copied_id() const { return target_vocabulary - copied_ids; }
  double embedding_scale() const { return tie == Tie::none ? 1 : std::sqrt(static_cast<double>(embedding_dim)); }
  // Throws ValueError for options out of range and for those that exclude each other.
  void validate(Where where = Where::here()) const;
};

// "lstm", "general", "bahdanau", ...; the inverses throw ValueError for any other name.
std::string to_string(RecurrentCell cell);
std::string to_string(AttentionKind attention);
std::string to_string(Wiring wiring);
std::string to_string(Tie tie);
RecurrentCell cell_from_string(std::string_view name);
AttentionKind attention_from_string(std::string_view name);
Wiring wiring_from_string(std::string_view name);
Tie tie_from_string(std::string_view name);

}  // namespace weft
