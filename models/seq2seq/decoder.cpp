#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/models/seq2seq/decoder.h>
#include <weft/nn/attention/additive_attention.h>
#include <weft/nn/attention/attention.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/join.h>

namespace weft {

namespace {

Variable select_or_none(const Variable& x, int axis, const Tensor& index) {
  return x.defined() ? index_select(x, axis, index) : x;
}

Tensor select_or_none(const Tensor& x, int axis, const Tensor& index) { return x.defined() ? index_select(x, axis, index) : x; }

// Applies dropout or, if there is one, the mask, which is the same in each step: x [rows, dim] or [rows, time, dim].
Variable drop(const nn::Dropout& dropout, const Variable& x, const Tensor& mask) {
  if (!mask.defined()) return dropout(x);
  return x * (x.dims() == 3 ? unsqueeze(mask, 1) : mask);
}

// Returns 1 for each row that has a step t, otherwise 0: the lengths of this single step.
Tensor running(const Tensor& lengths, std::int64_t t) { return cast(greater(lengths, tensor(std::vector{t})), DType::i64); }

// Returns the hidden state of the last layer.
Variable top(const RecurrentState& state) { return select(state.hidden, 0, state.hidden.size(0) - 1); }

// Repeats each sentence's entry for its rows: [sentences, ..] -> [rows, ..].
Variable for_each_row(const Variable& x, std::int64_t rows) {
  const std::int64_t sentences = x.size(0);
  if (rows == sentences) return x;
  Shape each = unsqueeze(x, 1).shape(), all = x.shape();
  each[1] = rows / sentences;
  all[0] = rows;
  return reshape(expand(unsqueeze(x, 1), each), all);
}

nn::Memory for_each_row(const nn::Memory& memory, std::int64_t rows) {
  if (rows == memory.values.size(0)) return memory;
  const Tensor& lengths = memory.lengths;
  return {for_each_row(memory.keys, rows), for_each_row(memory.values, rows),
          lengths.defined() ? for_each_row(Variable(lengths), rows).tensor() : Tensor()};
}

// Each row's query attends to its sentence's memory: query [rows, dim] -> context [rows, dim], weights [rows, time].
nn::Attended attend_rows(const nn::ScoredAttention& attention, const Variable& query, const nn::Memory& memory) {
  std::int64_t rows = query.size(0), sentences = memory.values.size(0);
  if (rows == sentences) return attention.attend(query, memory);
  nn::Attended attended = attention.attend(reshape(query, {sentences, rows / sentences, -1}), memory);
  return {reshape(attended.context, {rows, -1}), reshape(attended.weights, {rows, -1})};
}

}  // namespace

DecoderMasks DecoderMasks::select_rows(const Tensor& rows) const {
  DecoderMasks chosen{select_or_none(embedding, 0, rows), select_or_none(output, 0, rows), recurrent};
  for (std::vector<Tensor>* masks : {&chosen.recurrent.input, &chosen.recurrent.hidden})
    for (Tensor& mask : *masks) mask = index_select(mask, 0, rows);
  return chosen;
}

DecoderState DecoderState::select_rows(const Tensor& rows) const {
  const std::int64_t each = this->rows() / sentences();
  std::vector<std::int64_t> kept;  // sentences that still have rows
  for (std::int64_t row : rows.span<std::int64_t>())
    if (kept.empty() || kept.back() != row / each) kept.push_back(row / each);
  DecoderState chosen = *this;
  chosen.recurrent = {index_select(recurrent.hidden, 1, rows), select_or_none(recurrent.cell, 1, rows)};
  chosen.fed = select_or_none(fed, 0, rows);
  chosen.received = select_or_none(received, 0, rows);
  chosen.masks = masks.select_rows(rows);
  if (std::ssize(kept) == sentences()) return chosen;
  const Tensor left = weft::tensor(kept);
  chosen.memory = {select_or_none(memory.keys, 0, left), select_or_none(memory.values, 0, left),
                   select_or_none(memory.lengths, 0, left)};
  chosen.context = select_or_none(context, 0, left);
  chosen.copied = select_or_none(copied, 0, left);
  return chosen;
}

nn::RecurrentOptions decoder_options(const Seq2SeqOptions& options) {
  bool vector_beside =
      options.has_attention() ? options.wiring == Wiring::bahdanau || options.input_feeding : !options.context_starts_only;
  return {.input_size = options.embedding_dim + (vector_beside ? options.hidden : 0),
          .hidden_size = options.hidden,
          .num_layers = options.layers,
          .dropout = options.dropout,
          .variational = options.variational_dropout,
          .layer_norm = options.layer_norm,
          .residual = options.residual};
}

Decoder::Decoder(const nn::Owner& parent, const std::string& name, const Seq2SeqOptions& options)
    : Module(parent, name),
      embedding(this, "embedding",
                {.num_embeddings = options.target_vocabulary,
                 .embedding_dim = options.embedding_dim,
                 .scale = options.embedding_scale()}),
      dropout(this, "dropout", options.dropout),
      output_dropout(this, "output_dropout", options.dropout),
      rnn(this, "rnn", options.cell, decoder_options(options)),
      output(this, "output", options.tie == Tie::none ? options.hidden : options.embedding_dim, options.target_vocabulary,
             {.tied = options.tie != Tie::none}),
      tied_(options.tie != Tie::none),
      bahdanau_(options.has_attention() && options.wiring == Wiring::bahdanau),
      input_feeding_(options.has_attention() && options.input_feeding),
      context_as_input_(!options.has_attention() && !options.context_starts_only) {
  std::int64_t hidden = options.hidden;
  if (options.attention == AttentionKind::dot) attention.emplace(this, "attention", nn::Attention(nn::root));
  if (options.attention == AttentionKind::general)
    attention.emplace(this, "attention", nn::GeneralAttention(nn::root, hidden, hidden, {.scaled = options.has_scaled_scores()}));
  if (options.attention == AttentionKind::additive)
    attention.emplace(this, "attention", nn::AdditiveAttention(nn::root, hidden, hidden, hidden));
  if (options.coverage) coverage.emplace(this, "coverage", hidden);
  if (attention && !bahdanau_) combine.emplace(this, "combine", 2 * hidden, hidden);
  if (tied_ && hidden != options.embedding_dim)
    projection.emplace(this, "projection", hidden, options.embedding_dim, nn::LinearOptions{.bias = false});
  if (options.copy) copy.emplace(this, "copy", options);
  if (options.target_word_dropout > 0) word_dropout.emplace(this, "word_dropout", options.target_word_dropout);
}

DecoderMasks Decoder::draw_masks(std::int64_t rows) const {
  if (!rnn.options().variational) return {};
  const DType dtype = embedding.weight.tensor().dtype();
  return {dropout.mask({rows, embedding.weight.shape()[1]}, dtype), output_dropout.mask({rows, rnn.options().hidden_size}, dtype),
          rnn.draw_masks(rows)};
}

DecoderState Decoder::start(const Encoded& encoded, const RecurrentState& first, const Tensor& source_lengths,
                            Where caller) const {
  nn::LayerScope scope(*this, caller);
  DecoderState state;
  state.recurrent = first;
  state.masks = draw_masks(state.rows());
  if (attention)
    state.memory = (*attention)->prepare(encoded.states, source_lengths);
  else
    state.context = top(encoded.final);
  if (coverage) state.received = Variable(zeros({state.rows(), encoded.states.size(1)}, encoded.states.tensor().dtype()));
  if (input_feeding_) {
    Variable like = top(first);
    state.fed = Variable(zeros(like.shape(), like.dtype()));
  }
  return state;
}

Variable Decoder::logits(const Variable& vector, const Seen& seen, const DecoderState& state) const {
  Variable scores = tied_ ? output(projection ? (*projection)(vector) : vector, embedding.weight) : output(vector);
  return copy ? (*copy)(scores, seen.gate_input, seen.weights, state.copied) : scores;
}

Variable Decoder::gate_input(const Variable& context, const Variable& state, const Variable& embedded) const {
  return copy ? copy->gate_input(context, state, embedded) : Variable();
}

Variable Decoder::attentional(const Variable& context, const Variable& state) const {
  return tanh((*combine)(concat({context, state}, -1)));
}

nn::Attended Decoder::look(const Variable& query, DecoderState& state) const {
  if (!coverage) return attend_rows(**attention, query, state.memory);
  nn::Attended attended = (*attention)->attend(query, (*coverage)(for_each_row(state.memory, state.rows()), state.received));
  state.received = state.received + attended.weights;
  return attended;
}

Decoder::Seen Decoder::step_without(const Variable& embedded, DecoderState& state) const {
  Variable x = context_as_input_ ? concat({embedded, for_each_row(state.context, state.rows())}, -1) : embedded;
  RecurrentResult result = rnn.step(x, state.recurrent, state.masks.recurrent);
  state.recurrent = result.state;
  return {result.output, {}, {}};
}

Decoder::Seen Decoder::step_luong(const Variable& embedded, DecoderState& state) const {
  RecurrentResult result =
      rnn.step(input_feeding_ ? concat({embedded, state.fed}, -1) : embedded, state.recurrent, state.masks.recurrent);
  nn::Attended attended = look(result.output, state);
  Variable seen = attentional(attended.context, result.output);  // [rows, hidden]
  state.recurrent = result.state;
  if (input_feeding_) state.fed = seen;
  return {seen, attended.weights, gate_input(attended.context, result.output, embedded)};
}

Decoder::Seen Decoder::step_bahdanau(const Variable& embedded, DecoderState& state) const {
  nn::Attended attended = look(top(state.recurrent), state);
  RecurrentResult result = rnn.step(concat({embedded, attended.context}, -1), state.recurrent, state.masks.recurrent);
  state.recurrent = result.state;
  return {result.output, attended.weights, gate_input(attended.context, result.output, embedded)};
}

Decoder::Seen Decoder::step_embedded(const Variable& embedded, DecoderState& state) const {
  return !attention ? step_without(embedded, state) : bahdanau_ ? step_bahdanau(embedded, state) : step_luong(embedded, state);
}

Decoded Decoder::step(const Tensor& ids, DecoderState& state, Where caller) const {
  nn::LayerScope scope(*this, caller);
  check<ShapeError>(ids.shape() == Shape{state.rows()}, caller, "decoder: a step takes one id for each of ", state.rows(),
                    " rows, not ", ids.shape());
  Seen seen = step_embedded(drop(dropout, embedding(ids), state.masks.embedding), state);
  return {logits(drop(output_dropout, seen.vector, state.masks.output), seen, state), seen.weights};
}

// Runs all steps together, which is possible if no step depends on the attention of the previous one.
Decoder::Seen Decoder::run_at_once(const Variable& embedded, const Tensor& lengths, const DecoderState& state) const {
  Variable x = embedded;
  if (context_as_input_) {
    Variable beside = expand(unsqueeze(state.context, 1), {x.size(0), x.size(1), state.context.size(1)});
    x = concat({x, beside}, -1);  // [batch, time, embedding_dim + hidden]
  }
  Variable states = rnn(x, lengths, state.recurrent, state.masks.recurrent).output;  // [batch, time, hidden]
  if (!attention) return {states, {}, {}};
  nn::Attended attended = (*attention)->attend(states, state.memory);
  return {attentional(attended.context, states), attended.weights, gate_input(attended.context, states, embedded)};
}

// Joins the results of all steps: [rows, ..] -> [rows, time, ..].
Decoder::Seen Decoder::stacked(const std::vector<Seen>& steps) {
  auto all = [&](Variable Seen::*part) {
    std::vector<Variable> parts;
    for (const Seen& seen : steps) parts.push_back(seen.*part);
    return parts[0].defined() ? stack(parts, 1) : Variable();
  };
  return {all(&Seen::vector), all(&Seen::weights), all(&Seen::gate_input)};
}

Decoded Decoder::run(const Batch& target, DecoderState state, Where caller) const {
  nn::LayerScope scope(*this, caller);
  // Steps after a row's end are computed with those of longer rows, and must not read anything that could affect a gradient.
  Variable embedded = harmless_padding(embedding(target), target.lengths);  // [batch, time, embedding_dim]
  if (word_dropout) embedded = (*word_dropout)(embedded, target.tokens);
  embedded = drop(dropout, embedded, state.masks.embedding);
  Seen all;
  if (bahdanau_ || input_feeding_ || coverage) {
    std::vector<Seen> steps;
    for (const Variable& word : unbind(embedded, 1)) steps.push_back(step_embedded(word, state));
    all = stacked(steps);
  } else {
    all = run_at_once(embedded, target.lengths, state);
  }
  return {logits(drop(output_dropout, all.vector, state.masks.output), all, state), all.weights};
}

Decoded Decoder::run(const Batch& target, DecoderState state, const SampledWords& words, Where caller) const {
  nn::LayerScope scope(*this, caller);
  std::vector<Seen> steps;
  std::vector<Tensor> read;  // [rows] each
  Tensor drawn;
  if (word_dropout) drawn = word_dropout->draw(target.tokens.shape(), embedding.weight.tensor().dtype());
  const Tensor tokens = harmless_ids(target.tokens, target.lengths, embedding.weight.shape()[0]);
  for (std::int64_t t = 0; t < tokens.size(1); ++t) {
    Tensor ids = contiguous(select(tokens, 1, t));
    if (words.any(t)) {
      NoGrad no_grad;
      ids = words.choose(t, ids, logits(steps.back().vector, steps.back(), state).tensor());
    }
    Variable embedded = embedding(ids);  // [rows, embedding_dim]
    if (target.lengths.defined()) embedded = squeeze(harmless_padding(unsqueeze(embedded, 1), running(target.lengths, t)), 1);
    read.push_back(ids);
    if (word_dropout) embedded = word_dropout->step(embedded, stack(read, 1), drawn);
    steps.push_back(step_embedded(drop(dropout, embedded, state.masks.embedding), state));
  }
  Seen all = stacked(steps);
  return {logits(drop(output_dropout, all.vector, state.masks.output), all, state), all.weights};
}

}  // namespace weft
