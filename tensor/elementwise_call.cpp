#include <weft/tensor/elementwise_call.h>
#include <weft/tensor/loop.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/views.h>

namespace weft {

namespace {

constexpr std::size_t kMaxOperands = kMaxInputs + kMaxOutputs;
constexpr std::int64_t kBlock = 4096;  // columns per unit of work: a multiple of every register's size

// A run of one kernel: where each operand's memory and strides are.
class Run {
 public:
  Run(const Shape& shape, DType dtype) : shape_(shape), dtype_(dtype) {}

  void add_input(const Operand& operand) {
    if (!operand.tensor.defined()) {
      auto& slot = numbers_[inputs_];
      dtype_ == DType::f32 ? slot.f32 = static_cast<float>(operand.number) : slot.f64 = operand.number;
      add(&slot, Shape::filled(shape_.dims(), 0), dtype_);
    } else {
      add(operand.tensor.raw(),
          operand.tensor.shape() == shape_ ? operand.tensor.strides() : expand(operand.tensor, shape_).strides(),
          operand.tensor.dtype());
    }
    ++inputs_;
  }
  void add_output(Tensor* output) { outputs_[output_count_++] = output ? output->raw_output() : nullptr; }

  void run(ElementwiseFunction kernel, unsigned wanted) const {
    if (shape_.numel() == 0) return;
    std::array<Shape, kMaxOperands + 1> strides = strides_;
    strides[kMaxOperands] = row_major_strides(shape_);
    for (std::size_t i = inputs_; i < kMaxOperands; ++i) strides[i] = Shape::filled(shape_.dims(), 0);
    Loop<kMaxOperands + 1> loop(shape_, strides);
    if (loop.rows() == 1)
      run_columns(loop, kernel, wanted);
    else
      run_rows(loop, kernel, wanted);
  }

 private:
  using Loops = Loop<kMaxOperands + 1>;
  union Number {
    float f32;
    double f64;
  };

  void add(const void* data, const Shape& strides, DType dtype) {
    data_[inputs_] = static_cast<const std::byte*>(data);
    strides_[inputs_] = strides;
    dtypes_[inputs_] = dtype;
  }

  ElementwiseRows block(const Loops& loop, std::int64_t row, std::int64_t rows, std::int64_t begin, std::int64_t columns,
                        unsigned wanted) const {
    ElementwiseRows block;
    block.rows = rows;
    block.columns = columns;
    block.dtype = dtype_;
    block.wanted = wanted;
    auto at = loop.offset(row);
    for (std::size_t i = 0; i < inputs_; ++i) {
      std::int64_t element = at[i] + begin * loop.stride(i);
      block.inputs[i] = {data_[i] + element * size_of(dtypes_[i]), loop.row_stride(i), loop.stride(i), dtypes_[i]};
    }
    for (std::size_t i = 0; i < output_count_; ++i) {
      void* to = outputs_[i] ? outputs_[i] + (at[kMaxOperands] + begin) * size_of(dtype_) : nullptr;
      block.outputs[i] = {to, loop.row_stride(kMaxOperands)};
    }
    return block;
  }

  void run_columns(const Loops& loop, ElementwiseFunction kernel, unsigned wanted) const {
    parallel_for(loop.columns(), kBlock,
                 [&](std::int64_t begin, std::int64_t end) { kernel(block(loop, 0, 1, begin, end - begin, wanted)); });
  }
  void run_rows(const Loops& loop, ElementwiseFunction kernel, unsigned wanted) const {
    parallel_for(loop.rows(), std::max<std::int64_t>(1, kBlock / loop.columns()), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end;) {
        std::int64_t rows = std::min(end - row, loop.rows_in_step(row));
        kernel(block(loop, row, rows, 0, loop.columns(), wanted));
        row += rows;
      }
    });
  }

  Shape shape_;
  DType dtype_;
  std::size_t inputs_ = 0, output_count_ = 0;
  std::array<const std::byte*, kMaxOperands> data_;
  std::array<DType, kMaxOperands> dtypes_;
  std::array<Number, kMaxOperands> numbers_;
  std::array<Shape, kMaxOperands + 1> strides_;
  std::array<std::byte*, kMaxInputs> outputs_;
};

}  // namespace

ElementwiseResult elementwise_result(const ElementwiseCall& op, std::span<const Operand> operands, Where where) {
  ElementwiseResult result{{}, DType::boolean};
  const Tensor* first = nullptr;
  for (const Operand& operand : operands) {
    const Tensor& tensor = operand.tensor;
    if (!tensor.defined()) continue;
    if (is_floating(tensor.dtype())) {
      check<DtypeError>(!is_floating(result.dtype) || result.dtype == tensor.dtype(), where, op.name,
                        ": dtypes differ: ", result.dtype, " and ", tensor.dtype());
      result.dtype = tensor.dtype();
    }
    if (!first)
      result.shape = tensor.shape();
    else if (!(tensor.shape() == result.shape))
      result.shape = broadcast_shapes(op.name, result.shape, tensor.shape(), where);
    first = &tensor;
  }
  check<DtypeError>(is_floating(result.dtype), where, op.name, ": takes at least one f32 or f64 tensor",
                    first ? std::string(", got ") + name(first->dtype()) : "");
  return result;
}

void elementwise_forward(const ElementwiseCall& op, Where where, std::span<const Operand> operands, std::span<Tensor> outputs) {
  ElementwiseResult result = elementwise_result(op, operands, where);
  for (Tensor& output : outputs) output = Tensor(result.shape, result.dtype);
  elementwise_into(op, operands, outputs);
}

void elementwise_into(const ElementwiseCall& op, std::span<const Operand> operands, std::span<Tensor> outputs) {
  Run run(outputs[0].shape(), outputs[0].dtype());
  for (const Operand& operand : operands) run.add_input(operand);
  for (Tensor& output : outputs) run.add_output(&output);
  run.run(op.kernels.forward, 0);
}

void elementwise_backward(const ElementwiseCall& op, std::span<const Operand> operands, std::span<const Tensor> output_gradients,
                          unsigned wanted, std::span<Tensor> gradients) {
  const Tensor* given = nullptr;
  for (const Tensor& gradient : output_gradients)
    if (gradient.defined()) given = &gradient;
  Run run(given->shape(), given->dtype());
  for (const Operand& operand : operands) run.add_input(operand);
  for (const Tensor& gradient : output_gradients) gradient.defined() ? run.add_input(gradient) : run.add_input(0.0);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    bool asked = wanted >> i & 1u;
    if (asked) gradients[i] = Tensor(given->shape(), given->dtype());
    run.add_output(asked ? &gradients[i] : nullptr);
  }
  run.run(op.kernels.backward, wanted);
}

}  // namespace weft
