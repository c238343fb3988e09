#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/recurrence.h>
#include <weft/autograd/indexing/join.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/elementwise/detail/cell_ops.h>
#include <weft/tensor/reduction/lengths.h>

namespace weft {

namespace {

const char* name_of(RecurrentCell cell) {
  return cell == RecurrentCell::lstm ? "lstm" : cell == RecurrentCell::gru ? "gru" : "rnn";
}

// What checked arguments have in common.
struct Sizes {
  std::int64_t batch, time, hidden;
};

void check_shape(const char* op, const char* what, const Variable& given, const Shape& expected, DType dtype, Where caller) {
  check<ShapeError>(given.defined() && given.shape() == expected, caller, op, ": ", what, " is not ", expected, " but ",
                    describe(given.defined() ? given.tensor() : Tensor()));
  check<DtypeError>(given.dtype() == dtype, caller, op, ": ", what, " is ", given.dtype(), ", x is ", dtype);
}

Sizes check_arguments(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights, const RecurrentState& initial,
                      const Tensor& lengths, Where caller) {
  const char* op = name_of(cell);
  check_defined(op, x.tensor(), caller);
  check<ValueError>(weights.weight_hh.defined(), caller, op, ": weight_hh is undefined");
  check<ShapeError>(x.dims() == 3, caller, op, ": takes x [batch, time, input], not ", x.shape());
  check<DtypeError>(is_floating(x.dtype()), caller, op, ": takes f32 or f64, not ", x.dtype());
  const Shape& recurrent = weights.weight_hh.shape();
  check<ShapeError>(recurrent.dims() == 2 && recurrent[0] == gate_count(cell) * recurrent[1], caller, op, ": weight_hh is not [",
                    gate_count(cell), " * hidden, hidden] but ", recurrent);
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
  return sizes;
}

RecurrentState or_zeros(RecurrentCell cell, RecurrentState state, const Sizes& sizes, DType dtype) {
  if (!state.hidden.defined()) state.hidden = Variable(zeros({sizes.batch, sizes.hidden}, dtype));
  if (!state.cell.defined() && cell == RecurrentCell::lstm) state.cell = Variable(zeros({sizes.batch, sizes.hidden}, dtype));
  return state;
}

// W x + a + b for all steps in one product; b stays with the recurrent product of a GRU, where r comes between.
Variable project(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights) {
  return linear(x, weights.weight_ih, cell == RecurrentCell::gru ? weights.bias_ih : weights.bias_ih + weights.bias_hh);
}

// One step from the projected input [batch, gates * hidden].
RecurrentState next_state(RecurrentCell cell, const Variable& projected, const RecurrentState& state,
                          const RecurrentWeights& weights, const Tensor& hidden_mask) {
  std::int64_t hidden = state.hidden.size(1);
  Variable before = hidden_mask.defined() ? state.hidden * hidden_mask : state.hidden;
  if (cell == RecurrentCell::gru) {
    std::vector<Variable> in = split(projected, hidden, 1);
    std::vector<Variable> back = split(linear(before, weights.weight_hh, weights.bias_hh), hidden, 1);
    return {gru_cell_op(in[0], in[1], in[2], back[0], back[1], back[2], state.hidden), {}};
  }
  Variable sums = projected + linear(before, weights.weight_hh, Variable());
  if (cell == RecurrentCell::rnn) return {tanh(sums), {}};
  std::vector<Variable> gates = split(sums, hidden, 1);
  auto [next, output] = lstm_cell_op(gates[0], gates[1], gates[2], gates[3], state.cell);
  return {output, next};
}

// The states of the rows that `rows` [batch, 1] holds for, of the other rows those of `others`, or zeros.
RecurrentState chosen(const Tensor& rows, const RecurrentState& state, const RecurrentState* others) {
  const auto choose = [&](const Variable& a, const Variable* b) {
    return !a.defined() ? a : b ? where(rows, a, *b) : where(rows, a, 0.0);
  };
  return {choose(state.hidden, others ? &others->hidden : nullptr), choose(state.cell, others ? &others->cell : nullptr)};
}

}  // namespace

RecurrentResult run_steps(const Variable& x, const std::function<Variable(const Variable&)>& project, const RecurrentStep& step,
                          const RecurrentState& initial, const Tensor& hidden_mask, const Tensor& lengths, bool reverse) {
  const std::int64_t batch = x.size(0), time = x.size(1);
  if (time == 0) return {Variable(zeros({batch, 0, initial.hidden.size(1)}, x.dtype())), initial};
  const bool some = lengths.defined();
  const Tensor has_step = some ? length_mask(lengths, time) : Tensor();    // [batch, time]
  const Tensor has_any = some ? slice(has_step, 1, 0, 1) : Tensor();       // [batch, 1]
  const Variable own = some ? where(unsqueeze(has_step, -1), x, 0.0) : x;  // padding is cleared: 0 * NaN is NaN
  const Tensor mask = some && hidden_mask.defined() ? where(has_any, hidden_mask, 1.0) : hidden_mask;
  RecurrentState state = some ? chosen(has_any, initial, nullptr) : initial;
  std::vector<Variable> projected = unbind(project(own), 1), outputs(projected.size());
  for (std::size_t i = 0; i < projected.size(); ++i) {
    const std::size_t t = reverse ? projected.size() - 1 - i : i;
    RecurrentState next = step(projected[t], state, mask);
    outputs[t] = next.hidden;
    if (some) {
      const auto at = static_cast<std::int64_t>(t);
      const Tensor running = slice(has_step, 1, at, at + 1);  // [batch, 1]
      outputs[t] = where(running, next.hidden, 0.0);
      next = chosen(running, next, &state);
    }
    state = next;
  }
  return {stack(outputs, 1), some ? chosen(has_any, state, &initial) : state};  // [batch, time, hidden]
}

RecurrentResult recurrent_steps(RecurrentCell cell, const Variable& x, const RecurrentWeights& weights,
                                const RecurrentState& initial, const Tensor& lengths, bool reverse, Where caller) {
  const Sizes sizes = check_arguments(cell, x, weights, initial, lengths, caller);
  return run_steps(
      x, [&](const Variable& own) { return project(cell, own, weights); },
      [&](const Variable& projected, const RecurrentState& state, const Tensor& mask) {
        return next_state(cell, projected, state, weights, mask);
      },
      or_zeros(cell, initial, sizes, x.dtype()), weights.hidden_mask, lengths, reverse);
}

namespace {

// The order of the inputs in the graph. A cell without a cell state and calls without lengths or mask pass undefined Variables.
enum Input : int { kX, kWeightIh, kWeightHh, kBiasIh, kBiasHh, kHidden, kCell, kLengths, kMask };

struct SequenceKernel {
  RecurrentCell cell;
  SequenceSteps steps;
  RecurrentTape tape;

  Variables operator()(const Backward& b) const {
    const auto input = [&](Input i) { return b.input(i).tensor(); };
    input(kLengths);  // the steps were made of them: an error if they changed since
    const auto weight = [&](Input i, const RowProduct& product) {
      return b.wants(i) ? b.row_product(i, product.left, product.right) : Variable();
    };
    const RecurrentInputs in{input(kX), input(kWeightIh), input(kWeightHh), {}, {}, {}, {}, input(kMask)};
    const RecurrentSlopes found = recurrent_backward(
        cell, in, steps, tape, {b.grad(0).tensor(), b.grad(1).tensor(), b.outputs() > 2 ? b.grad(2).tensor() : Tensor()},
        {b.wants(kX), b.wants(kWeightIh), b.wants(kWeightHh), b.wants(kBiasIh) || b.wants(kBiasHh),
         b.wants(kHidden) || b.wants(kCell)});
    Variables all;
    for (const Variable& gradient :
         {Variable(found.x), weight(kWeightIh, found.weight_ih), weight(kWeightHh, found.weight_hh), Variable(found.bias_ih),
          Variable(found.bias_hh), Variable(found.hidden), Variable(found.cell)})
      all.push_back(gradient);
    all.resize(kMask + 1);
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
  if (x.dtype() != DType::f32) return recurrent_steps(cell, x, weights, initial, lengths, reverse, caller);
  Sizes sizes = check_arguments(cell, x, weights, initial, lengths, caller);
  const RecurrentState state = or_zeros(cell, initial, sizes, DType::f32);
  const Variable inputs[] = {x,          weights.weight_ih, weights.weight_hh,  weights.bias_ih, weights.bias_hh, state.hidden,
                             state.cell, lengths,           weights.hidden_mask};
  SequenceSteps steps(sizes.batch, sizes.time, lengths, reverse);
  RecurrentOutputs out =
      recurrent_forward(cell,
                        {x.tensor(), weights.weight_ih.tensor(), weights.weight_hh.tensor(), weights.bias_ih.tensor(),
                         weights.bias_hh.tensor(), state.hidden.tensor(), state.cell.tensor(), weights.hidden_mask},
                        steps);
  std::vector<Tensor> results{out.output, out.hidden};
  if (out.cell.defined()) results.push_back(out.cell);
  const auto definition = [cell, reverse](const std::vector<Variable>& in) {
    return outputs_of(recurrent_steps(cell, in[kX], {in[kWeightIh], in[kWeightHh], in[kBiasIh], in[kBiasHh], in[kMask].tensor()},
                                      {in[kHidden], in[kCell]}, in[kLengths].tensor(), reverse));
  };
  Variables recorded = record_fused(name_of(cell), caller, inputs, results, {.inputs = kAll},
                                    SequenceKernel{cell, std::move(steps), std::move(out.tape)}, by_definition(definition));
  return {recorded[0], {recorded[1], recorded.size() > 2 ? recorded[2] : Variable()}};
}

}  // namespace weft
