#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/elementwise/detail/activation_ops.h>
#include <weft/tensor/elementwise/detail/arithmetic_ops.h>
#include <weft/tensor/elementwise/detail/cell_ops.h>
#include <weft/tensor/fused/recurrence.h>
#include <weft/tensor/product/detail/packed.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/reduction/reduce.h>
#include <weft/tensor/runtime/parallel.h>

namespace weft {

namespace {

constexpr std::int64_t kGrain = 4096;  // the least numbers of a state that are worth a thread

// Some rows of a row-major array, from a column on.
struct Rows {
  float* data;
  std::int64_t stride;

  Rows column(std::int64_t at) const { return {data + at, stride}; }
};

// Returns the rows from `row` on. The tensor must belong to this op or only be read.
Rows rows_of(const Tensor& x, std::int64_t row) {
  std::int64_t width = x.shape().back();
  return {Tensor(x).output<float>() + row * width, width};
}

const char* profile_name(RecurrentCell kind, bool gradient) {
  const char* names[][2] = {{"rnn", "rnn_gradient"}, {"lstm", "lstm_gradient"}, {"gru", "gru_gradient"}};
  return names[static_cast<int>(kind)][gradient];
}

// Runs an elementwise kernel on [count, width] rows.
void run(ElementwiseFunction kernel, std::int64_t count, std::int64_t width, std::initializer_list<Rows> inputs,
         std::initializer_list<Rows> outputs) {
  parallel_for(count, std::max<std::int64_t>(1, kGrain / width), [&](std::int64_t begin, std::int64_t end) {
    ElementwiseRows rows;
    rows.rows = end - begin;
    rows.columns = width;
    rows.dtype = DType::f32;
    rows.wanted = (1u << outputs.size()) - 1;
    std::size_t i = 0, o = 0;
    for (const Rows& in : inputs) rows.inputs[i++] = {in.data + begin * in.stride, in.stride, 1, DType::f32};
    for (const Rows& out : outputs) rows.outputs[o++] = {out.data + begin * out.stride, out.stride};
    kernel(rows);
  });
}

// c [count, n] (+)= a [count, k] * weight.
void multiply(std::int64_t count, Rows a, const kernels::PackedMatrix& weight, Rows c, kernels::Epilogue<float> epilogue = {}) {
  kernels::product({count, weight.columns(), weight.rows(), {a.data, a.stride, 1}, c.data, c.stride, epilogue}, weight);
}

Tensor packed_rows(const SequenceSteps& steps, const Tensor& padded) {
  Tensor rows({steps.rows(), padded.shape().back()}, DType::f32);
  steps.pack(contiguous(padded).data<float>(), padded.shape().back(), rows.output<float>());
  return rows;
}

// Returns a history whose first step is the initial state.
Tensor history(const SequenceSteps& steps, const Tensor& initial) {
  std::int64_t width = initial.shape().back();
  Tensor all({steps.batch() + steps.rows(), width}, DType::f32);
  steps.order_rows(contiguous(initial).data<float>(), width, all.output<float>());
  return all;
}

Tensor last_rows(const SequenceSteps& steps, const Tensor& history) {
  std::int64_t width = history.shape().back();
  Tensor last({steps.batch(), width}, DType::f32);
  steps.last_rows(history.data<float>(), width, last.output<float>());
  return last;
}

// Computes step s of the cell from finished sums.
void cell_forward(RecurrentCell kind, const SequenceSteps& steps, std::int64_t s, const RecurrentTape& tape) {
  std::int64_t count = steps.count(s), width = tape.hidden.shape().back(), after = steps.before(s + 1);
  Rows sums = rows_of(tape.sums, steps.begin(s)), before = rows_of(tape.hidden, steps.before(s));
  Rows hidden = rows_of(tape.hidden, after);
  auto gate = [&](Rows rows, std::int64_t i) { return rows.column(i * width); };
  switch (kind) {
    case RecurrentCell::rnn:
      return run(tanh_op.call().kernels.forward, count, width, {sums}, {hidden});
    case RecurrentCell::lstm:
      return run(lstm_cell_op.call().kernels.forward, count, width,
                 {sums, gate(sums, 1), gate(sums, 2), gate(sums, 3), rows_of(tape.cell, steps.before(s))},
                 {rows_of(tape.cell, after), hidden});
    case RecurrentCell::gru:
      Rows back = rows_of(tape.recurrent, steps.begin(s));
      return run(gru_cell_op.call().kernels.forward, count, width,
                 {sums, gate(sums, 1), gate(sums, 2), back, gate(back, 1), gate(back, 2), before}, {hidden});
  }
}

// The gradients of one backward pass. `hidden` and `cell`, ordered by length, are carried from the last step to the first.
struct Slopes {
  Tensor sums, recurrent;  // as in the tape
  Tensor hidden, cell;     // [batch, hidden]
};

// Computes the gradients of the sums of step s and of the state before it: of the cell state, and for a GRU of the part of the
// hidden state that does not pass through the product.
void cell_backward(RecurrentCell kind, const SequenceSteps& steps, std::int64_t s, const RecurrentTape& tape,
                   const Slopes& slopes) {
  std::int64_t count = steps.count(s), width = tape.hidden.shape().back();
  Rows sums = rows_of(tape.sums, steps.begin(s)), to = rows_of(slopes.sums, steps.begin(s)), hidden = rows_of(slopes.hidden, 0);
  auto gate = [&](Rows rows, std::int64_t i) { return rows.column(i * width); };
  switch (kind) {
    case RecurrentCell::rnn:
      return run(tanh_op.call().kernels.backward, count, width, {sums, hidden}, {to});
    case RecurrentCell::lstm: {
      Rows cell = rows_of(slopes.cell, 0);
      return run(lstm_cell_op.call().kernels.backward, count, width,
                 {sums, gate(sums, 1), gate(sums, 2), gate(sums, 3), rows_of(tape.cell, steps.before(s)), cell, hidden},
                 {to, gate(to, 1), gate(to, 2), gate(to, 3), cell});
    }
    case RecurrentCell::gru:
      Rows back = rows_of(tape.recurrent, steps.begin(s)), to_back = rows_of(slopes.recurrent, steps.begin(s));
      return run(
          gru_cell_op.call().kernels.backward, count, width,
          {sums, gate(sums, 1), gate(sums, 2), back, gate(back, 1), gate(back, 2), rows_of(tape.hidden, steps.before(s)), hidden},
          {to, gate(to, 1), gate(to, 2), to_back, gate(to_back, 1), gate(to_back, 2), hidden});
  }
}

// Returns the gradient of a final state, or zeros, ordered by length.
Tensor ordered(const SequenceSteps& steps, const Tensor& gradient, std::int64_t width) {
  if (!gradient.defined()) return zeros({steps.batch(), width});
  Tensor rows({steps.batch(), width}, DType::f32);
  steps.order_rows(contiguous(gradient).data<float>(), width, rows.output<float>());
  return rows;
}

Tensor restored(const SequenceSteps& steps, const Tensor& rows) {
  Tensor states(rows.shape(), DType::f32);
  steps.restore_rows(rows.data<float>(), rows.shape().back(), states.output<float>());
  return states;
}

// Returns the masks of h ordered by length, or an undefined tensor.
Tensor ordered_mask(const SequenceSteps& steps, const Tensor& mask) {
  if (!mask.defined()) return {};
  Tensor rows(mask.shape(), DType::f32);
  steps.order_rows(contiguous(mask).data<float>(), mask.shape().back(), rows.output<float>());
  return rows;
}

// Multiplies the first `count` rows of a and b elementwise.
void multiply_elements(std::int64_t count, std::int64_t width, Rows a, Rows b, Rows product) {
  run(mul_op.call().kernels.forward, count, width, {a, b}, {product});
}

// Runs from the last step to the first.
Slopes walk_back(RecurrentCell kind, const RecurrentInputs& in, const SequenceSteps& steps, const RecurrentTape& tape,
                 const RecurrentGradients& gradients) {
  std::int64_t width = tape.hidden.shape().back();
  bool gru = kind == RecurrentCell::gru, lstm = kind == RecurrentCell::lstm;
  Slopes slopes{Tensor(tape.sums.shape(), DType::f32), gru ? Tensor(tape.sums.shape(), DType::f32) : Tensor(),
                ordered(steps, gradients.hidden, width), lstm ? ordered(steps, gradients.cell, width) : Tensor()};
  Tensor output = gradients.output.defined() ? contiguous(gradients.output) : Tensor();
  auto weight = packed(in.weight_hh);
  const Tensor mask = ordered_mask(steps, in.hidden_mask);
  Tensor masked = mask.defined() ? Tensor(mask.shape(), DType::f32) : Tensor();
  for (std::int64_t s = steps.steps() - 1; s >= 0; --s) {
    if (output.defined()) steps.add_step(output.data<float>(), s, width, slopes.hidden.output<float>());
    cell_backward(kind, steps, s, tape, slopes);
    Rows sums = rows_of(gru ? slopes.recurrent : slopes.sums, steps.begin(s)), hidden = rows_of(slopes.hidden, 0);
    if (!mask.defined()) {
      multiply(steps.count(s), sums, *weight, hidden, {.accumulate = gru});
      continue;
    }
    multiply(steps.count(s), sums, *weight, rows_of(masked, 0));
    if (gru)
      run(fma_op.call().kernels.forward, steps.count(s), width, {rows_of(masked, 0), rows_of(mask, 0), hidden}, {hidden});
    else
      multiply_elements(steps.count(s), width, rows_of(masked, 0), rows_of(mask, 0), hidden);
  }
  return slopes;
}

// Returns the hidden state before each step, for all rows of a packed array.
Tensor previous_hidden(const SequenceSteps& steps, const Tensor& history) {
  if (steps.rows() == steps.batch() * steps.steps()) return slice(history, 0, 0, steps.rows());
  std::int64_t width = history.shape().back();
  Tensor previous({steps.rows(), width}, DType::f32);
  steps.previous_rows(history.data<float>(), width, previous.output<float>());
  return previous;
}

// The same, multiplied by the mask.
Tensor previous_hidden(const SequenceSteps& steps, const Tensor& history, const Tensor& hidden_mask) {
  Tensor previous = previous_hidden(steps, history);
  if (!hidden_mask.defined()) return previous;
  const Tensor mask = ordered_mask(steps, hidden_mask);
  Tensor masked(previous.shape(), DType::f32);
  for (std::int64_t s = 0; s < steps.steps(); ++s)
    multiply_elements(steps.count(s), mask.shape().back(), rows_of(previous, steps.begin(s)), rows_of(mask, 0),
                      rows_of(masked, steps.begin(s)));
  return masked;
}

}  // namespace

RecurrentOutputs recurrent_forward(RecurrentCell kind, const RecurrentInputs& in, const SequenceSteps& steps) {
  OpScope profile(profile_name(kind, false), {}, in.x, in.weight_ih, in.weight_hh);
  bool gru = kind == RecurrentCell::gru;
  std::int64_t width = in.weight_hh.shape()[1];
  RecurrentTape tape;
  tape.sums =
      linear(packed_rows(steps, in.x), in.weight_ih, gru ? in.bias_ih : in.bias_ih + in.bias_hh);  // [rows, gates * hidden]
  if (gru) tape.recurrent = Tensor(tape.sums.shape(), DType::f32);
  tape.hidden = history(steps, in.hidden);
  if (kind == RecurrentCell::lstm) tape.cell = history(steps, in.cell);
  auto weight = packed(transpose(in.weight_hh));
  Tensor bias = contiguous(in.bias_hh);
  kernels::Epilogue<float> epilogue{.bias = gru ? bias.data<float>() : nullptr, .accumulate = !gru};
  const Tensor mask = ordered_mask(steps, in.hidden_mask);
  Tensor masked = mask.defined() ? Tensor(mask.shape(), DType::f32) : Tensor();
  for (std::int64_t s = 0; s < steps.steps(); ++s) {
    Rows hidden = rows_of(tape.hidden, steps.before(s));
    if (mask.defined()) {
      multiply_elements(steps.count(s), width, hidden, rows_of(mask, 0), rows_of(masked, 0));
      hidden = rows_of(masked, 0);
    }
    multiply(steps.count(s), hidden, *weight, rows_of(gru ? tape.recurrent : tape.sums, steps.begin(s)), epilogue);
    cell_forward(kind, steps, s, tape);
  }
  Tensor output({steps.batch(), steps.time(), width}, DType::f32);
  steps.unpack(tape.hidden.data<float>() + steps.batch() * width, width, output.output<float>());
  return {output, last_rows(steps, tape.hidden), tape.cell.defined() ? last_rows(steps, tape.cell) : Tensor(), tape};
}

RecurrentSlopes recurrent_backward(RecurrentCell kind, const RecurrentInputs& in, const SequenceSteps& steps,
                                   const RecurrentTape& tape, const RecurrentGradients& gradients, RecurrentWanted wanted) {
  OpScope profile(profile_name(kind, true), {}, in.x, in.weight_ih, in.weight_hh);
  Slopes slopes = walk_back(kind, in, steps, tape, gradients);
  const Tensor& recurrent = kind == RecurrentCell::gru ? slopes.recurrent : slopes.sums;
  RecurrentSlopes result;
  if (wanted.x) {
    Tensor rows = linear_transposed(slopes.sums, in.weight_ih);
    result.x = Tensor(in.x.shape(), DType::f32);
    steps.unpack(rows.data<float>(), in.x.shape().back(), result.x.output<float>());
  }
  if (wanted.weight_ih) result.weight_ih = {slopes.sums, packed_rows(steps, in.x)};
  if (wanted.weight_hh) result.weight_hh = {recurrent, previous_hidden(steps, tape.hidden, in.hidden_mask)};
  if (wanted.bias) {
    result.bias_ih = sum(slopes.sums, {0});
    result.bias_hh = kind == RecurrentCell::gru ? sum(recurrent, {0}) : result.bias_ih;
  }
  if (wanted.state) {
    result.hidden = restored(steps, slopes.hidden);
    if (slopes.cell.defined()) result.cell = restored(steps, slopes.cell);
  }
  return result;
}

}  // namespace weft
