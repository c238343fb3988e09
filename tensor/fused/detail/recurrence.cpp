#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/elementwise/detail/activation_ops.h>
#include <weft/tensor/elementwise/detail/arithmetic_ops.h>
#include <weft/tensor/elementwise/detail/cell_ops.h>
#include <weft/tensor/fused/detail/recurrence.h>
#include <weft/tensor/product/detail/packed.h>
#include <weft/tensor/runtime/parallel.h>

#include <array>

namespace weft {

namespace {

constexpr std::int64_t kGrain = 4096;  // the smallest count of a state's numbers that is worth a thread

// Rows of a row-major array; none for an undefined tensor.
struct Rows {
  float* data = nullptr;
  std::int64_t stride = 0;

  Rows from(std::int64_t row) const { return {data + row * stride, stride}; }
  Rows column(std::int64_t at) const { return {data + at, stride}; }
};

// The tensor must belong to this op or only be read.
Rows rows_of(const Tensor& x) {
  if (!x.defined()) return {};
  return {Tensor(x).output<float>(), x.shape().back()};
}

// The arguments of an elementwise kernel.
struct Arguments {
  std::array<Rows, kMaxInputs + kMaxOutputs> rows;
  std::size_t count = 0;

  Arguments(std::initializer_list<Rows> list) { append(list.begin(), list.end()); }
  void append(const Rows* begin, const Rows* end) {
    for (const Rows* each = begin; each != end; ++each) rows[count++] = *each;
  }
  Arguments followed_by(const Arguments& others) const {
    Arguments all = *this;
    all.append(others.rows.data(), others.rows.data() + others.count);
    return all;
  }
};

// Runs an elementwise kernel on [count, width] rows.
void run(ElementwiseFunction kernel, std::int64_t count, std::int64_t width, const Arguments& inputs, const Arguments& outputs) {
  parallel_for(count, std::max<std::int64_t>(1, kGrain / width), [&](std::int64_t begin, std::int64_t end) {
    ElementwiseRows rows;
    rows.rows = end - begin;
    rows.columns = width;
    rows.dtype = DType::f32;
    rows.wanted = (1u << outputs.count) - 1;
    for (std::size_t i = 0; i < inputs.count; ++i) {
      const Rows in = inputs.rows[i].from(begin);
      rows.inputs[i] = {in.data, in.stride, 1, DType::f32};
    }
    for (std::size_t i = 0; i < outputs.count; ++i) {
      const Rows out = outputs.rows[i].from(begin);
      rows.outputs[i] = {out.data, out.stride};
    }
    kernel(rows);
  });
}

// c [count, n] (+)= a [count, k] * weight.
void multiply(std::int64_t count, Rows a, const kernels::PackedMatrix& weight, Rows c, kernels::Epilogue<float> epilogue = {}) {
  kernels::gemm({count, weight.columns(), weight.rows(), {a.data, a.stride, 1}, c.data, c.stride, epilogue}, weight);
}

// The rows of one step. In the backward pass the gradients of the states before and after it share memory.
struct StepRows {
  Rows sums, recurrent, hidden, cell, next_hidden, next_cell;
};

// What a cell's kernel reads and writes at one step, in the order of its formula in cell_ops.h. The backward kernel reads the
// same inputs and the gradients of the outputs, and writes those of the inputs.
struct CellStep {
  Arguments inputs, outputs;
};

CellStep cell_step(RecurrentCell cell, const StepRows& rows, std::int64_t width) {
  const auto gate = [width](const Rows& all, std::int64_t i) { return all.column(i * width); };
  const Rows &sums = rows.sums, &back = rows.recurrent;
  switch (cell) {
    case RecurrentCell::rnn:
      break;
    case RecurrentCell::lstm:
      return {{sums, gate(sums, 1), gate(sums, 2), gate(sums, 3), rows.cell}, {rows.next_cell, rows.next_hidden}};
    case RecurrentCell::gru:
      return {{sums, gate(sums, 1), gate(sums, 2), back, gate(back, 1), gate(back, 2), rows.hidden}, {rows.next_hidden}};
  }
  return {{sums}, {rows.next_hidden}};
}

ElementwiseKernels kernels_of(RecurrentCell cell) {
  return cell == RecurrentCell::lstm  ? lstm_cell_op.call().kernels
         : cell == RecurrentCell::gru ? gru_cell_op.call().kernels
                                      : tanh_op.call().kernels;
}

// A tape as rows.
struct TapeRows {
  Rows sums, recurrent, hidden, cell;

  explicit TapeRows(const RecurrentTape& tape)
      : sums(rows_of(tape.sums)), recurrent(rows_of(tape.recurrent)), hidden(rows_of(tape.hidden)), cell(rows_of(tape.cell)) {}

  StepRows at(const SequenceSteps& steps, std::int64_t s) const {
    const std::int64_t begin = steps.begin(s), before = steps.before(s), after = steps.before(s + 1);
    return {sums.from(begin),  recurrent.from(begin), hidden.from(before),
            cell.from(before), hidden.from(after),    cell.from(after)};
  }
  StepRows gradients_at(const SequenceSteps& steps, std::int64_t s) const {
    return {sums.from(steps.begin(s)), recurrent.from(steps.begin(s)), hidden, cell, hidden, cell};
  }
};

}  // namespace

void recurrent_forward(RecurrentCell cell, const SequenceSteps& steps, const Tensor& weight_hh, const Tensor& bias_hh,
                       const Tensor& mask, RecurrentTape& tape) {
  const bool gru = cell == RecurrentCell::gru;
  const std::int64_t width = weight_hh.shape()[1];
  if (gru) tape.recurrent = Tensor(tape.sums.shape(), DType::f32);
  if (mask.defined()) tape.masked = Tensor({steps.rows(), width}, DType::f32);
  const auto weight = packed(transpose(weight_hh));
  const Tensor bias = contiguous(bias_hh);
  const kernels::Epilogue<float> epilogue{.bias = gru ? bias.data<float>() : nullptr, .accumulate = !gru};
  const ElementwiseFunction kernel = kernels_of(cell).forward;
  const TapeRows rows(tape);
  const Rows factors = rows_of(mask), masked = rows_of(tape.masked);
  for (std::int64_t s = 0; s < steps.steps(); ++s) {
    const std::int64_t count = steps.count(s);
    const StepRows at = rows.at(steps, s);
    const CellStep step = cell_step(cell, at, width);
    Rows hidden = at.hidden;
    if (mask.defined()) {
      hidden = masked.from(steps.begin(s));
      run(mul_op.call().kernels.forward, count, width, {at.hidden, factors}, {hidden});
    }
    multiply(count, hidden, *weight, gru ? at.recurrent : at.sums, epilogue);
    run(kernel, count, width, step.inputs, step.outputs);
  }
}

void recurrent_backward(RecurrentCell cell, const SequenceSteps& steps, const Tensor& weight_hh, const Tensor& mask,
                        const RecurrentTape& tape, const Tensor& output, RecurrentTape& slopes) {
  const bool gru = cell == RecurrentCell::gru;
  const std::int64_t width = weight_hh.shape()[1];
  slopes.sums = Tensor(tape.sums.shape(), DType::f32);
  if (gru) slopes.recurrent = Tensor(tape.sums.shape(), DType::f32);
  const Tensor outputs = output.defined() ? contiguous(output) : Tensor();
  const Tensor product = mask.defined() ? Tensor(mask.shape(), DType::f32) : Tensor();
  const auto weight = packed(weight_hh);
  const ElementwiseFunction kernel = kernels_of(cell).backward;
  const TapeRows rows(tape), gradients(slopes);
  const Rows factors = rows_of(mask), masked = rows_of(product);
  for (std::int64_t s = steps.steps() - 1; s >= 0; --s) {
    const std::int64_t count = steps.count(s);
    if (outputs.defined()) steps.add_step(outputs, s, slopes.hidden);
    const StepRows to = gradients.gradients_at(steps, s);
    const CellStep step = cell_step(cell, rows.at(steps, s), width), slope = cell_step(cell, to, width);
    run(kernel, count, width, step.inputs.followed_by(slope.outputs), slope.inputs);
    // For a GRU, to.hidden now holds the part of h's gradient that does not pass through U h.
    const Rows sums = gru ? to.recurrent : to.sums;
    if (!mask.defined()) {
      multiply(count, sums, *weight, to.hidden, {.accumulate = gru});
      continue;
    }
    multiply(count, sums, *weight, masked);
    if (gru)
      run(fma_op.call().kernels.forward, count, width, {masked, factors, to.hidden}, {to.hidden});
    else
      run(mul_op.call().kernels.forward, count, width, {masked, factors}, {to.hidden});
  }
}

}  // namespace weft
