#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/join.h>
#include <weft/nn/module/init.h>
#include <weft/nn/module/layer_vector.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/array/create.h>

namespace weft::nn {

namespace {

// Returns one layer's and direction's part of a state.
RecurrentState part(const RecurrentState& state, std::int64_t index) {
  return {state.hidden.defined() ? select(state.hidden, 0, index) : Variable(),
          state.cell.defined() ? select(state.cell, 0, index) : Variable()};
}

// [batch, hidden] each -> [layers * directions, batch, hidden].
RecurrentState join(const std::vector<RecurrentState>& parts) {
  std::vector<Variable> hidden, cell;
  for (const RecurrentState& part : parts) {
    hidden.push_back(part.hidden);
    if (part.cell.defined()) cell.push_back(part.cell);
  }
  return {stack(hidden), cell.empty() ? Variable() : stack(cell)};
}

// The name of a layer's kind for messages, computed only when a message is written.
struct Kind {
  const Module& layer;
};
std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.layer.kind(); }

void check_defined(const Kind& layer, const Variable& x, Where caller) {
  check<ValueError>(x.defined(), caller, layer, ": the tensor is undefined");
}

}  // namespace

RecurrentParameters::RecurrentParameters(RecurrentCell cell, std::int64_t input, std::int64_t hidden, const std::string& suffix,
                                         bool layer_norm)
    : Module(nn::root),
      cell(cell),
      weight_ih(this, "weight_ih" + suffix, Tensor({gate_count(cell) * hidden, input}, DType::f32)),
      weight_hh(this, "weight_hh" + suffix, Tensor({gate_count(cell) * hidden, hidden}, DType::f32)),
      bias_ih(this, "bias_ih" + suffix, Tensor({gate_count(cell) * hidden}, DType::f32)),
      bias_hh(this, "bias_hh" + suffix, Tensor({gate_count(cell) * hidden}, DType::f32)),
      gain_ih(this, "gain_ih" + suffix, layer_norm ? ones({gate_count(cell) * hidden}) : Tensor()),
      gain_hh(this, "gain_hh" + suffix, layer_norm ? ones({gate_count(cell) * hidden}) : Tensor()),
      cell_gain(this, "cell_gain" + suffix, layer_norm && cell == RecurrentCell::lstm ? ones({hidden}) : Tensor()),
      cell_bias(this, "cell_bias" + suffix, layer_norm && cell == RecurrentCell::lstm ? zeros({hidden}) : Tensor()) {
  RecurrentParameters::reset_parameters(init::pytorch(), default_generator());
}

void RecurrentParameters::reset_parameters(const init::Preset& preset, Generator& generator) {
  std::int64_t rows = weight_hh.shape()[0], hidden = weight_hh.shape()[1];
  preset.input_weight(weight_ih.tensor(), {weight_ih.shape()[1], rows, hidden}, generator);
  preset.recurrent_weight(weight_hh.tensor(), {hidden, rows, hidden}, generator);
  preset.recurrent_bias(bias_ih.tensor(), {hidden, rows, hidden}, generator);
  preset.recurrent_bias(bias_hh.tensor(), {hidden, rows, hidden}, generator);
  for (Parameter* gain : {&gain_ih, &gain_hh, &cell_gain})
    if (gain->defined()) fill(gain->tensor(), 1);
  if (cell_bias.defined()) fill(cell_bias.tensor(), 0);
  if (!preset.unit_forget_bias || cell != RecurrentCell::lstm) return;
  Tensor forget = slice(bias_ih.tensor(), 0, hidden, 2 * hidden);
  fill(forget, 1);
}

Recurrent::Recurrent(const Owner& parent, const std::string& name, RecurrentCell cell, RecurrentOptions options)
    : Module(parent, name), cell_(cell), options_(options), dropout_(this, "dropout", options.dropout) {
  require<ValueError>(options.input_size > 0 && options.hidden_size > 0 && options.num_layers > 0, Kind{*this}, ": input_size ",
                      options.input_size, ", hidden_size ", options.hidden_size, " and num_layers ", options.num_layers,
                      " must be at least 1");
  require<ValueError>(!options.layer_norm || cell != RecurrentCell::rnn, Kind{*this}, ": layer_norm requires an LSTM or a GRU");
  for (int layer = 0; layer < options.num_layers; ++layer) {
    std::int64_t input = layer ? options.hidden_size * directions() : options.input_size;
    std::string suffix = "_l" + std::to_string(layer);
    layers_.emplace_back(cell, input, options.hidden_size, suffix, options.layer_norm);
    if (options.bidirectional) layers_.emplace_back(cell, input, options.hidden_size, suffix + "_reverse", options.layer_norm);
  }
  for (RecurrentParameters& each : layers_) each.move_under(path());
}

Recurrent& Recurrent::operator=(const Recurrent& other) {
  Module::operator=(other);
  cell_ = other.cell_;
  options_ = other.options_;
  dropout_ = other.dropout_;
  assign_layers(layers_, other.layers_);
  for (RecurrentParameters& each : layers_) each.move_under(path());
  return *this;
}

Recurrent& Recurrent::operator=(Recurrent&& other) {
  Recurrent taken(std::move(other));
  Module::operator=(taken);
  cell_ = taken.cell_;
  options_ = taken.options_;
  dropout_ = std::move(taken.dropout_);
  assign_layers(layers_, std::move(taken.layers_));
  for (RecurrentParameters& each : layers_) each.move_under(path());
  return *this;
}

void Recurrent::for_each_dynamic_child(const std::function<void(Module&)>& visit) {
  for (RecurrentParameters& each : layers_) visit(each);
}

RecurrentParameters& Recurrent::layer(int layer, bool reverse, Where caller) {
  check<IndexError>(layer >= 0 && layer < options_.num_layers && (!reverse || options_.bidirectional), caller, Kind{*this},
                    ": no layer ", layer, reverse ? " in reverse" : "", " among ", options_.num_layers, " in ", directions(),
                    " direction(s)");
  return layers_[static_cast<std::size_t>(layer * directions() + reverse)];
}

RecurrentState Recurrent::zero_state(std::int64_t batch) const {
  Shape shape{options_.num_layers * directions(), batch, options_.hidden_size};
  DType dtype = layers_[0].weight_hh.tensor().dtype();
  return {Variable(zeros(shape, dtype)), cell_ == RecurrentCell::lstm ? Variable(zeros(shape, dtype)) : Variable()};
}

RecurrentMasks Recurrent::draw_masks(std::int64_t batch) const {
  RecurrentMasks masks;
  if (!options_.variational || !dropout_.active()) return masks;
  const DType dtype = layers_[0].weight_hh.tensor().dtype();
  for (int layer = 0; layer < options_.num_layers; ++layer) {
    if (layer > 0) masks.input.push_back(dropout_.mask({batch, options_.hidden_size * directions()}, dtype));
    for (int reverse = 0; reverse < directions(); ++reverse)
      masks.hidden.push_back(dropout_.mask({batch, options_.hidden_size}, dtype));
  }
  return masks;
}

// Returns the input of a layer above the first: the output of the one below, with dropout.
Variable Recurrent::drop(const Variable& x, int layer, const RecurrentMasks& masks) const {
  if (!options_.variational) return dropout_(x);
  if (masks.input.empty()) return x;
  return x * unsqueeze(masks.input[static_cast<std::size_t>(layer - 1)], 1);
}

RecurrentResult Recurrent::run(const Variable& x, const Tensor& lengths, const RecurrentState& initial,
                               const RecurrentMasks& masks, Where caller) const {
  check<ShapeError>(x.dims() == 3 && x.size(2) == options_.input_size, caller, Kind{*this}, ": takes x [batch, time, ",
                    options_.input_size, "], not ", x.shape());
  Shape expected{options_.num_layers * directions(), x.size(0), options_.hidden_size};
  for (const Variable& state : {initial.hidden, initial.cell})
    check<ShapeError>(!state.defined() || state.shape() == expected, caller, Kind{*this}, ": the initial state must be ",
                      expected, ", not ", state.defined() ? state.shape() : Shape{});
  check<ValueError>(options_.variational || (masks.input.empty() && masks.hidden.empty()), caller, Kind{*this},
                    ": masks require variational dropout, which the options do not have");
  check<ValueError>(masks.input.empty() || std::ssize(masks.input) == options_.num_layers - 1, caller, Kind{*this}, ": ",
                    masks.input.size(), " input masks for ", options_.num_layers - 1, " layers above the first");
  check<ValueError>(masks.hidden.empty() || std::ssize(masks.hidden) == std::ssize(layers_), caller, Kind{*this}, ": ",
                    masks.hidden.size(), " hidden masks for ", layers_.size(), " layers and directions");
  Variable output = x;
  std::vector<RecurrentState> finals;
  for (int layer = 0; layer < options_.num_layers; ++layer) {
    Variable input = layer ? drop(output, layer, masks) : x;
    std::vector<Variable> sides;
    for (int reverse = 0; reverse < directions(); ++reverse) {
      const auto index = static_cast<std::size_t>(layer * directions() + reverse);
      RecurrentWeights weights = layers_[index].weights();
      if (!masks.hidden.empty()) weights.hidden_mask = masks.hidden[index];
      RecurrentState state = part(initial, static_cast<std::int64_t>(index));
      RecurrentResult result = recurrent_sequence(cell_, input, weights, state, lengths, reverse, caller);
      sides.push_back(result.output);
      finals.push_back(result.state);
    }
    Variable above = sides.size() == 1 ? sides[0] : concat(sides, -1);  // [batch, time, hidden * directions]
    output = options_.residual && layer > 0 ? above + output : above;
  }
  return {output, join(finals)};
}

RecurrentResult Recurrent::operator()(const Variable& x, const Tensor& lengths, const RecurrentState& initial,
                                      Where caller) const {
  LayerScope scope(*this, caller);
  check_defined(Kind{*this}, x, caller);
  return run(x, lengths, initial, options_.variational ? draw_masks(x.size(0, caller)) : RecurrentMasks(), caller);
}

RecurrentResult Recurrent::operator()(const Variable& x, const Tensor& lengths, const RecurrentState& initial,
                                      const RecurrentMasks& masks, Where caller) const {
  LayerScope scope(*this, caller);
  check_defined(Kind{*this}, x, caller);
  return run(x, lengths, initial, masks, caller);
}

RecurrentResult Recurrent::step(const Variable& x, const RecurrentState& state, Where caller) const {
  return step(x, state, {}, caller);
}

RecurrentResult Recurrent::step(const Variable& x, const RecurrentState& state, const RecurrentMasks& masks, Where caller) const {
  LayerScope scope(*this, caller);
  check_defined(Kind{*this}, x, caller);
  check<ValueError>(!options_.variational || !dropout_.active() || !masks.hidden.empty(), caller, Kind{*this},
                    ": a step with variational dropout requires the masks of draw_masks()");
  check<ValueError>(!options_.bidirectional, caller, Kind{*this}, ": two directions cannot be run step by step");
  check<ShapeError>(x.dims() == 2 && x.size(1) == options_.input_size, caller, Kind{*this}, ": a step takes x [batch, ",
                    options_.input_size, "], not ", x.shape());
  RecurrentResult result = run(unsqueeze(x, 1), {}, state, masks, caller);
  return {squeeze(result.output, 1), result.state};
}

}  // namespace weft::nn
