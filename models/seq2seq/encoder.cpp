#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/models/seq2seq/encoder.h>

namespace weft {

namespace {

// Concatenates the directions' states: [layers * directions, batch, part] -> [layers, batch, directions * part].
Variable join_directions(const Variable& state, std::int64_t layers) {
  if (!state.defined() || state.size(0) == layers) return state;
  std::int64_t directions = state.size(0) / layers, batch = state.size(1), part = state.size(2);
  Variable sides = reshape(state, {layers, directions, batch, part});
  return reshape(permute(sides, {0, 2, 1, 3}), {layers, batch, directions * part});
}

// Applies tanh(linear(..)) to the concatenated layers of each row: [layers, batch, hidden] -> the same shape.
Variable map_layers(const nn::Linear& linear, const Variable& state) {
  std::int64_t layers = state.size(0), batch = state.size(1), hidden = state.size(2);
  Variable rows = reshape(transpose(state, 0, 1), {batch, layers * hidden});
  return transpose(reshape(tanh(linear(rows)), {batch, layers, hidden}), 0, 1);
}

}  // namespace

Bridge::Bridge(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options) : Module(parent, name) {
  if (!options.has_bridge()) return;
  std::int64_t size = options.layers * options.hidden;
  hidden.emplace(this, "hidden", size, size);
  if (options.cell == RecurrentCell::lstm) cell.emplace(this, "cell", size, size);
}

RecurrentState Bridge::operator()(const RecurrentState& final, Where caller) const {
  nn::LayerScope scope(*this, caller);
  if (!hidden) return final;
  return {map_layers(*hidden, final.hidden), cell ? map_layers(*cell, final.cell) : Variable()};
}

nn::RecurrentOptions encoder_options(const Seq2SeqOptions& options) {
  return {.input_size = options.embedding_dim,
          .hidden_size = options.bidirectional ? options.hidden / 2 : options.hidden,
          .num_layers = options.layers,
          .bidirectional = options.bidirectional,
          .dropout = options.dropout,
          .variational = options.variational_dropout,
          .layer_norm = options.layer_norm,
          .residual = options.residual};
}

Encoder::Encoder(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options)
    : Module(parent, name),
      embedding(this, "embedding",
                {.num_embeddings = options.source_vocabulary,
                 .embedding_dim = options.embedding_dim,
                 .tied = options.tie == Tie::all,
                 .scale = options.embedding_scale()}),
      dropout(this, "dropout", options.dropout),
      rnn(this, "rnn", options.cell, encoder_options(options)),
      tied_(options.tie == Tie::all) {
  if (options.source_word_dropout > 0) word_dropout.emplace(this, "word_dropout", options.source_word_dropout);
}

Variable Encoder::drop(const Variable& embedded) const {
  if (!rnn.options().variational || !dropout.active()) return dropout(embedded);
  return embedded * dropout.mask({embedded.size(0), 1, embedded.size(2)}, embedded.dtype());
}

Encoded Encoder::operator()(const Batch& source, const nn::Parameter& shared, Where caller) const {
  nn::LayerScope scope(*this, caller);
  Variable embedded = embedding(source, tied_ ? shared : embedding.weight);  // [batch, time, embedding_dim]
  if (word_dropout) embedded = (*word_dropout)(embedded, source.tokens);
  RecurrentResult result = rnn(drop(embedded), source.lengths);  // [batch, time, hidden]
  std::int64_t layers = rnn.options().num_layers;
  return {result.output, {join_directions(result.state.hidden, layers), join_directions(result.state.cell, layers)}};
}

}  // namespace weft
