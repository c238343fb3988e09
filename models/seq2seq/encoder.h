// Encoder: the part of an encoder-decoder that reads the source.
#pragma once

#include <weft/models/seq2seq/seq2seq_options.h>
#include <weft/nn/layers/batch.h>
#include <weft/nn/layers/dropout.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/layers/word_dropout.h>
#include <weft/nn/recurrent/rnn.h>

#include <optional>
#include <string>

namespace weft {

// What the encoder passes to the decoder.
struct Encoded {
  Variable states;       // [batch, time, hidden]; zero after each row's length
  RecurrentState final;  // per layer, both directions concatenated: [layers, batch, hidden]
};

// Computes the decoder's first state from the encoder's last: with options.has_bridge(), s0 = tanh(W [layer 1; ...; layer n] +
// b), for all layers at once, with separate weights for the cell of an LSTM; otherwise that state itself. Parameters:
// hidden.weight, cell.weight [layers * hidden, layers * hidden] and biases.
class Bridge : public nn::Module {
 public:
  Bridge(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options);
  RecurrentState operator()(const RecurrentState& final, Where caller = Where::here()) const;

  std::optional<nn::Linear> hidden, cell;
};

// The options of the encoder's recurrent layers.
nn::RecurrentOptions encoder_options(const Seq2SeqOptions& options);

// Embedding, dropout of words and of numbers, recurrent layers. Row i depends only on its first lengths[i] tokens, bit for bit.
class Encoder : public nn::Module {
 public:
  Encoder(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options);
  // `shared` is the weight of the embedding if that is tied. Throws ShapeError, DtypeError, IndexError for a length outside 0 ..
  // time or an id outside the vocabulary.
  Encoded operator()(const Batch& source, const nn::Parameter& shared, Where caller = Where::here()) const;

  nn::Embedding embedding;
  nn::Dropout dropout;
  nn::Recurrent rnn;
  std::optional<nn::WordDropout> word_dropout;

 private:
  Variable drop(const Variable& embedded) const;

  bool tied_;
};

}  // namespace weft
