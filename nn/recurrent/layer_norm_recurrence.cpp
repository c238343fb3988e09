#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/indexing/join.h>
#include <weft/nn/recurrent/layer_norm_recurrence.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/elementwise/detail/cell_ops.h>
#include <weft/tensor/reduction/lengths.h>

namespace weft::nn {

namespace {

// N of each gate: sums [.., gates * hidden].
Variable normalize_gates(const Variable& sums, std::int64_t hidden) {
  Variable each = reshape(sums, {sums.tensor().numel() / hidden, hidden});
  return reshape(layer_norm(each, Variable(), Variable()), sums.shape());
}

// u N(W x) + a of all steps; for an LSTM with b, which is added to it anyway.
Variable project(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights, const RecurrentNorms& norms) {
  Variable bias = cell == RecurrentCell::gru ? weights.bias_ih : weights.bias_ih + weights.bias_hh;
  return normalize_gates(linear(x, weights.weight_ih, Variable()), weights.weight_hh.size(1)) * norms.gain_ih + bias;
}

RecurrentState next_state(RecurrentCell cell, const Variable& projected, const RecurrentState& state,
                          const RecurrentWeights& weights, const RecurrentNorms& norms, const Tensor& hidden_mask) {
  const std::int64_t hidden = state.hidden.size(1);
  Variable before = hidden_mask.defined() ? state.hidden * hidden_mask : state.hidden;
  Variable sums = normalize_gates(linear(before, weights.weight_hh, Variable()), hidden) * norms.gain_hh;
  if (cell == RecurrentCell::gru) {
    std::vector<Variable> in = split(projected, hidden, 1), back = split(sums + weights.bias_hh, hidden, 1);
    return {gru_cell_op(in[0], in[1], in[2], back[0], back[1], back[2], state.hidden), {}};
  }
  std::vector<Variable> gates = split(projected + sums, hidden, 1);
  Variable next = std::get<0>(lstm_cell_op(gates[0], gates[1], gates[2], gates[3], state.cell));
  return {sigmoid(gates[3]) * tanh(layer_norm(next, norms.cell_gain, norms.cell_bias)), next};
}

RecurrentState or_zeros(RecurrentCell cell, RecurrentState state, const Shape& shape, DType dtype) {
  if (!state.hidden.defined()) state.hidden = Variable(zeros(shape, dtype));
  if (!state.cell.defined() && cell == RecurrentCell::lstm) state.cell = Variable(zeros(shape, dtype));
  return state;
}

}  // namespace

RecurrentResult layer_norm_recurrence(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                      const RecurrentNorms& norms, const RecurrentState& initial, const Tensor& lengths,
                                      bool reverse, Where caller) {
  check<ValueError>(cell != RecurrentCell::rnn, caller, "layer norm: is for an LSTM or a GRU, not for the plain cell");
  check_defined("layer norm", x.tensor(), caller);
  check<ShapeError>(x.dims() == 3, caller, "layer norm: takes x [batch, time, input], not ", x.shape());
  const std::int64_t batch = x.size(0), time = x.size(1), hidden = weights.weight_hh.size(1);
  if (lengths.defined()) checked_lengths("layer norm", lengths, batch, time, caller);
  return run_steps(
      x, [&](const Variable& own) { return project(cell, own, weights, norms); },
      [&](const Variable& projected, const RecurrentState& state, const Tensor& mask) {
        return next_state(cell, projected, state, weights, norms, mask);
      },
      or_zeros(cell, initial, {batch, hidden}, x.dtype()), weights.hidden_mask, lengths, reverse);
}

}  // namespace weft::nn
