#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/fused/recurrence.h>
#include <weft/autograd/indexing/join.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/elementwise/detail/cell_ops.h>
#include <weft/tensor/fused/detail/recurrence.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/reduction/lengths.h>
#include <weft/tensor/reduction/reduce.h>

namespace weft {

namespace {

const char* name_of(RecurrentCell cell) {
  return cell == RecurrentCell::lstm ? "lstm" : cell == RecurrentCell::gru ? "gru" : "rnn";
}

const char* gradient_name_of(RecurrentCell cell) {
  return cell == RecurrentCell::lstm ? "lstm_gradient" : cell == RecurrentCell::gru ? "gru_gradient" : "rnn_gradient";
}

// The sizes of checked arguments.
struct Sizes {
  std::int64_t batch, time, hidden;
};

void check_shape(const char* op, const char* what, const Variable& given, const Shape& expected, DType dtype, Where caller) {
  check<ShapeError>(given.defined() && given.shape() == expected, caller, op, ": ", what, " must be ", expected, ", not ",
                    describe(given.defined() ? given.tensor() : Tensor()));
  check<DtypeError>(given.dtype() == dtype, caller, op, ": ", what, " is ", given.dtype(), ", but x is ", dtype);
}

bool is_normalized(const RecurrentWeights& weights) {
  return weights.gain_ih.defined() || weights.gain_hh.defined() || weights.cell_gain.defined() || weights.cell_bias.defined();
}

void check_gains(RecurrentCell cell, const RecurrentWeights& weights, std::int64_t hidden, DType dtype, Where caller) {
  const char* op = name_of(cell);
  check<ValueError>(cell != RecurrentCell::rnn, caller, op, ": layer normalisation requires an LSTM or a GRU");
  check_shape(op, "gain_ih", weights.gain_ih, {gate_count(cell) * hidden}, dtype, caller);
  check_shape(op, "gain_hh", weights.gain_hh, {gate_count(cell) * hidden}, dtype, caller);
  if (cell != RecurrentCell::lstm) return;
  check_shape(op, "cell_gain", weights.cell_gain, {hidden}, dtype, caller);
  check_shape(op, "cell_bias", weights.cell_bias, {hidden}, dtype, caller);
}

Sizes check_arguments(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights, const RecurrentState& initial,
                      const Tensor& lengths, Where caller) {
  const char* op = name_of(cell);
  check_defined(op, x.tensor(), caller);
  check<ValueError>(weights.weight_hh.defined(), caller, op, ": weight_hh is undefined");
  check<ShapeError>(x.dims() == 3, caller, op, ": takes x [batch, time, input], not ", x.shape());
  check<DtypeError>(is_floating(x.dtype()), caller, op, ": takes f32 or f64, not ", x.dtype());
  const Shape& recurrent = weights.weight_hh.shape();
  check<ShapeError>(recurrent.dims() == 2 && recurrent[0] == gate_count(cell) * recurrent[1], caller, op, ": weight_hh must be [",
                    gate_count(cell), " * hidden, hidden], not ", recurrent);
  check<ShapeError>(recurrent[1] > 0, caller, op, ": the hidden size is 0");
  Sizes sizes{x.size(0), x.size(1), recurrent[1]};
  std::int64_t rows = recurrent[0];
  check_shape(op, "weight_ih", weights.weight_ih, {rows, x.size(2)}, x.dtype(), caller);
  check_shape(op, "weight_hh", weights.weight_hh, recurrent, x.dtype(), caller);
  check_shape(op, "bias_ih", weights.bias_ih, {rows}, x.dtype(), caller);
  check_shape(op, "bias_hh", weights.bias_hh, {rows}, x.dtype(), caller);
  Shape state{sizes.batch, sizes.hidden};
  if (initial.hidden.defined()) check_shape(op, "the initial hidden state", initial.hidden, state, x.dtype(), caller);
  if (initial.cell.defined()) check_shape(op, "the initial cell state", initial.cell, state, x.dtype(), caller);
  if (weights.hidden_mask.defined()) check_shape(op, "the hidden mask", weights.hidden_mask, state, x.dtype(), caller);
  if (lengths.defined()) checked_lengths(op, lengths, sizes.batch, sizes.time, caller);
  if (is_normalized(weights)) check_gains(cell, weights, sizes.hidden, x.dtype(), caller);
  return sizes;
}

RecurrentState or_zeros(RecurrentCell cell, RecurrentState state, const Sizes& sizes, DType dtype) {
  if (!state.hidden.defined()) state.hidden = Variable(zeros({sizes.batch, sizes.hidden}, dtype));
  if (!state.cell.defined() && cell == RecurrentCell::lstm) state.cell = Variable(zeros({sizes.batch, sizes.hidden}, dtype));
  return state;
}

// weight x + bias, where the bias may be undefined. With a gain: gain N(weight x) + bias.
Variable gate_sums(const Variable& x, const Variable& weight, const Variable& gain, const Variable& bias, std::int64_t hidden) {
  if (!gain.defined()) return linear(x, weight, bias);
  const Variable product = linear(x, weight, Variable());
  const Variable each = reshape(product, {product.tensor().numel() / hidden, hidden});  // [.. * gates, hidden]
  const Variable sums = reshape(layer_norm(each, Variable(), Variable()), product.shape()) * gain;
  return bias.defined() ? sums + bias : sums;
}

// W x + a + b for all steps in one product; in a GRU b belongs to the recurrent product, which r multiplies.
Variable project(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights, std::int64_t hidden) {
  return gate_sums(x, weights.weight_ih, weights.gain_ih,
                   cell == RecurrentCell::gru ? weights.bias_ih : weights.bias_ih + weights.bias_hh, hidden);
}

// The step of a cell, from the projected input [batch, gates * hidden].
RecurrentState next_state(RecurrentCell cell, const Variable& projected, const RecurrentState& state,
                          const RecurrentWeights& weights, const Tensor& hidden_mask) {
  const std::int64_t hidden = state.hidden.size(1);
  const Variable before = hidden_mask.defined() ? state.hidden * hidden_mask : state.hidden;
  const Variable back =
      gate_sums(before, weights.weight_hh, weights.gain_hh, cell == RecurrentCell::gru ? weights.bias_hh : Variable(), hidden);
  if (cell == RecurrentCell::gru) {
    const std::vector<Variable> in = split(projected, hidden, 1), h = split(back, hidden, 1);
    return {gru_cell_op(in[0], in[1], in[2], h[0], h[1], h[2], state.hidden), {}};
  }
  const Variable sums = projected + back;
  if (cell == RecurrentCell::rnn) return {tanh(sums), {}};
  const std::vector<Variable> gates = split(sums, hidden, 1);
  auto [next, output] = lstm_cell_op(gates[0], gates[1], gates[2], gates[3], state.cell);
  if (!is_normalized(weights)) return {output, next};
  return {sigmoid(gates[3]) * tanh(layer_norm(next, weights.cell_gain, weights.cell_bias)), next};
}

// Returns the states of the rows for which `rows` [batch, 1] is true, and for the other rows those of `others`, or zeros.
RecurrentState chosen(const Tensor& rows, const RecurrentState& state, const RecurrentState* others) {
  const auto choose = [&](const Variable& a, const Variable* b) {
    return !a.defined() ? a : b ? where(rows, a, *b) : where(rows, a, 0.0);
  };
  return {choose(state.hidden, others ? &others->hidden : nullptr), choose(state.cell, others ? &others->cell : nullptr)};
}

}  // namespace

RecurrentResult recurrent_steps(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                const RecurrentState& initial, const Tensor& lengths, bool reverse, Where caller) {
  const Sizes sizes = check_arguments(cell, x, weights, initial, lengths, caller);
  const RecurrentState first = or_zeros(cell, initial, sizes, x.dtype());
  if (sizes.time == 0) return {Variable(zeros({sizes.batch, 0, sizes.hidden}, x.dtype())), first};
  const bool some = lengths.defined();
  const Tensor has_step = some ? length_mask(lengths, sizes.time) : Tensor();  // [batch, time]
  const Tensor has_any = some ? slice(has_step, 1, 0, 1) : Tensor();           // [batch, 1]
  const Variable own = some ? where(unsqueeze(has_step, -1), x, 0.0) : x;      // padding is cleared: 0 * NaN is NaN
  const Tensor& given = weights.hidden_mask;
  const Tensor mask = some && given.defined() ? where(has_any, given, 1.0) : given;
  RecurrentState state = some ? chosen(has_any, first, nullptr) : first;
  std::vector<Variable> projected = unbind(project(cell, own, weights, sizes.hidden), 1), outputs(projected.size());
  for (std::size_t i = 0; i < projected.size(); ++i) {
    const std::size_t t = reverse ? projected.size() - 1 - i : i;
    RecurrentState next = next_state(cell, projected[t], state, weights, mask);
    outputs[t] = next.hidden;
    if (some) {
      const auto at = static_cast<std::int64_t>(t);
      const Tensor running = slice(has_step, 1, at, at + 1);  // [batch, 1]
      outputs[t] = where(running, next.hidden, 0.0);
      next = chosen(running, next, &state);
    }
    state = next;
  }
  return {stack(outputs, 1), some ? chosen(has_any, state, &first) : state};  // [batch, time, hidden]
}

namespace {

// The order of the inputs in the graph. Those that do not exist (cell state, lengths, mask) are undefined Variables.
enum Input : int { kX, kWeightIh, kWeightHh, kBiasIh, kBiasHh, kHidden, kCell, kLengths, kMask };

// Projects all inputs in one product, then runs the steps.
RecurrentTape run_forward(RecurrentCell cell, const SequenceSteps& steps, std::span<const Variable> in) {
  const auto input = [&](Input i) -> const Tensor& { return in[static_cast<std::size_t>(i)].tensor(); };
  OpScope profile(name_of(cell), {}, input(kX), input(kWeightIh), input(kWeightHh));
  const Tensor bias = cell == RecurrentCell::gru ? input(kBiasIh) : input(kBiasIh) + input(kBiasHh);
  const Tensor mask = input(kMask).defined() ? steps.order(input(kMask)) : Tensor();
  RecurrentTape tape;
  tape.sums = linear(steps.pack(input(kX)), input(kWeightIh), bias);  // [rows, gates * hidden]
  tape.hidden = steps.history(input(kHidden));
  if (cell == RecurrentCell::lstm) tape.cell = steps.history(input(kCell));
  recurrent_forward(cell, steps, input(kWeightHh), input(kBiasHh), mask, tape);
  return tape;
}

// The gradient: the backward loop computes that of the gates' sums, from which all others follow.
struct SequenceKernel {
  RecurrentCell cell;
  SequenceSteps steps;
  RecurrentTape tape;

  // The gradient of output i, a final state, ordered by length.
  Tensor state_gradient(const Backward& b, int i) const {
    const Tensor gradient = b.grad(i).tensor();
    return gradient.defined() ? steps.order(gradient) : zeros({steps.batch(), tape.hidden.shape().back()});
  }

  Variables operator()(const Backward& b) const {
    const auto input = [&](Input i) { return b.input(i).tensor(); };
    input(kLengths);  // throws if the lengths, from which the steps were made, have changed since
    const Tensor x = input(kX), weight_ih = input(kWeightIh), weight_hh = input(kWeightHh), mask = input(kMask);
    OpScope profile(gradient_name_of(cell), {}, x, weight_ih, weight_hh);
    RecurrentTape slopes;
    slopes.hidden = state_gradient(b, 1);
    if (cell == RecurrentCell::lstm) slopes.cell = state_gradient(b, 2);
    recurrent_backward(cell, steps, weight_hh, mask.defined() ? steps.order(mask) : Tensor(), tape, b.grad(0).tensor(), slopes);
    const bool gru = cell == RecurrentCell::gru;
    const Tensor &sums = slopes.sums, &back = gru ? slopes.recurrent : sums;
    Variables all;
    all.resize(kMask + 1);
    if (b.wants(kX)) all[kX] = steps.unpack(linear_transposed(sums, weight_ih));
    const std::vector<std::int64_t> rows = b.sharded() ? steps.rows_of_batch() : std::vector<std::int64_t>();
    if (b.wants(kWeightIh)) all[kWeightIh] = b.row_product(kWeightIh, sums, steps.pack(x), rows);
    if (b.wants(kWeightHh))
      all[kWeightHh] = b.row_product(kWeightHh, back, tape.masked.defined() ? tape.masked : steps.previous(tape.hidden), rows);
    all[kBiasIh] = b.sum_rows(kBiasIh, sums, rows);
    all[kBiasHh] = !gru && all[kBiasIh].defined() ? all[kBiasIh] : b.sum_rows(kBiasHh, back, rows);
    if (b.wants(kHidden)) all[kHidden] = steps.restore(slopes.hidden);
    if (b.wants(kCell) && slopes.cell.defined()) all[kCell] = steps.restore(slopes.cell);
    return all;
  }
};

std::vector<Variable> outputs_of(const RecurrentResult& result) {
  std::vector<Variable> all{result.output, result.state.hidden};
  if (result.state.cell.defined()) all.push_back(result.state.cell);
  return all;
}

}  // namespace

RecurrentResult recurrent_sequence(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                   const RecurrentState& initial, const Tensor& lengths, bool reverse, Where caller) {
  check_defined(name_of(cell), x.tensor(), caller);
  if (x.dtype() != DType::f32 || is_normalized(weights))
    return recurrent_steps(cell, x, weights, initial, lengths, reverse, caller);
  const Sizes sizes = check_arguments(cell, x, weights, initial, lengths, caller);
  const RecurrentState state = or_zeros(cell, initial, sizes, DType::f32);
  const Variable inputs[] = {x,          weights.weight_ih, weights.weight_hh,  weights.bias_ih, weights.bias_hh, state.hidden,
                             state.cell, lengths,           weights.hidden_mask};
  SequenceSteps steps(sizes.batch, sizes.time, lengths, reverse);
  RecurrentTape tape = run_forward(cell, steps, inputs);
  std::vector<Tensor> results{steps.outputs(tape.hidden), steps.last(tape.hidden)};
  if (tape.cell.defined()) results.push_back(steps.last(tape.cell));
  const auto definition = [cell, reverse](const std::vector<Variable>& in) {
    return outputs_of(recurrent_steps(cell, in[kX], {in[kWeightIh], in[kWeightHh], in[kBiasIh], in[kBiasHh], in[kMask].tensor()},
                                      {in[kHidden], in[kCell]}, in[kLengths].tensor(), reverse));
  };
  Variables recorded = record_fused(name_of(cell), caller, inputs, results, {.inputs = kAll},
                                    SequenceKernel{cell, std::move(steps), std::move(tape)}, by_definition(definition),
                                    examples::FirstAxis{.inputs = 1u << kX | 1u << kHidden | 1u << kCell});
  return {recorded[0], {recorded[1], recorded.size() > 2 ? recorded[2] : Variable()}};
}

}  // namespace weft
