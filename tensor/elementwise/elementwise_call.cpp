#include <weft/tensor/array/detail/loop.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/elementwise/detail/update_operands.h>
#include <weft/tensor/elementwise/elementwise_call.h>
#include <weft/tensor/runtime/parallel.h>

namespace weft {

namespace {

constexpr std::size_t kMaxOperands = kMaxInputs + kMaxOutputs;
constexpr std::int64_t kBlock = 4096;  // columns per unit of work: a multiple of every register's size

// One run of a kernel: the memory and strides of each operand.
class Run {
 public:
  Run(const Shape& shape, DType dtype, unsigned wanted) : shape_(shape), count_(shape.numel()) {
    rows_.rows = 1;
    rows_.columns = count_;
    rows_.dtype = dtype;
    rows_.wanted = wanted;
  }

  void add_input(const Operand& operand) {
    if (operand.tensor) {
      const Tensor& tensor = *operand.tensor;
      rows_.inputs[inputs_] = {tensor.raw(), 0, 1, tensor.dtype()};
      flat_ = flat_ && tensor.shape() == shape_ && tensor.is_contiguous();
    } else {
      auto& slot = numbers_[inputs_];
      rows_.dtype == DType::f32 ? slot.f32 = static_cast<float>(operand.number) : slot.f64 = operand.number;
      rows_.inputs[inputs_] = {&slot, 0, 0, rows_.dtype};
    }
    tensors_[inputs_++] = operand.tensor;
  }
  void add_output(Tensor* output) { rows_.outputs[outputs_++] = {output ? output->raw_output() : nullptr, 0}; }

  void run(ElementwiseFunction kernel) const {
    if (count_ == 0) return;
    if (flat_)
      run_flat(kernel);
    else
      run_strided(kernel);
  }

 private:
  using Loops = Loop<kMaxOperands + 1>;
  union Number {
    float f32;
    double f64;
  };

  // Moves the block's pointers to column `column`.
  void move(ElementwiseRows& block, std::int64_t column) const {
    for (std::size_t i = 0; i < inputs_; ++i) {
      ElementwiseRows::Input& input = block.inputs[i];
      input.data = static_cast<const std::byte*>(input.data) + column * input.stride * size_of(input.dtype);
    }
    for (std::size_t i = 0; i < outputs_; ++i)
      if (void*& to = block.outputs[i].data) to = static_cast<std::byte*>(to) + column * size_of(block.dtype);
  }
  void run_columns(const ElementwiseRows& all, ElementwiseFunction kernel) const {
    parallel_for(all.columns, kBlock, [&](std::int64_t begin, std::int64_t end) {
      ElementwiseRows block = all;
      block.columns = end - begin;
      move(block, begin);
      kernel(block);
    });
  }

  // All tensors are contiguous and have the result's shape, so they form one row.
  void run_flat(ElementwiseFunction kernel) const {
    if (count_ > kBlock) return run_columns(rows_, kernel);
    parallel_for(1, 1, [&](std::int64_t, std::int64_t) { kernel(rows_); });
  }

  void run_strided(ElementwiseFunction kernel) const {
    std::array<Shape, kMaxOperands + 1> strides;
    strides.fill(Shape::filled(shape_.dims(), 0));
    for (std::size_t i = 0; i < inputs_; ++i)
      if (const Tensor* tensor = tensors_[i])
        strides[i] = tensor->shape() == shape_ ? tensor->strides() : expand(*tensor, shape_).strides();
    strides[kMaxOperands] = row_major_strides(shape_);
    Loops loop(shape_, strides);
    if (loop.rows() == 1) return run_columns(rows_of(loop, 0, 1), kernel);
    parallel_for(loop.rows(), std::max<std::int64_t>(1, kBlock / loop.columns()), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end;) {
        std::int64_t rows = std::min(end - row, loop.rows_in_step(row));
        kernel(rows_of(loop, row, rows));
        row += rows;
      }
    });
  }
  ElementwiseRows rows_of(const Loops& loop, std::int64_t row, std::int64_t rows) const {
    ElementwiseRows block = rows_;
    block.rows = rows;
    block.columns = loop.columns();
    auto at = loop.offset(row);
    for (std::size_t i = 0; i < inputs_; ++i) {
      ElementwiseRows::Input& input = block.inputs[i];
      input.data = static_cast<const std::byte*>(input.data) + at[i] * size_of(input.dtype);
      input.row_stride = loop.row_stride(i);
      input.stride = loop.stride(i);
    }
    for (std::size_t i = 0; i < outputs_; ++i) {
      ElementwiseRows::Output& output = block.outputs[i];
      if (output.data) output.data = static_cast<std::byte*>(output.data) + at[kMaxOperands] * size_of(block.dtype);
      output.row_stride = loop.row_stride(kMaxOperands);
    }
    return block;
  }

  const Shape& shape_;
  std::int64_t count_;
  ElementwiseRows rows_;  // all elements as one row
  std::size_t inputs_ = 0, outputs_ = 0;
  bool flat_ = true;
  std::array<const Tensor*, kMaxOperands> tensors_;
  std::array<Number, kMaxOperands> numbers_;
};

void run_forward(const ElementwiseCall& op, std::span<const Operand> operands, std::span<Tensor> outputs) {
  Run run(outputs[0].shape(), outputs[0].dtype(), 0);
  for (const Operand& operand : operands) run.add_input(operand);
  for (Tensor& output : outputs) run.add_output(&output);
  run.run(op.kernels.forward);
}

[[gnu::cold]] ProfileEvent event_of(const ElementwiseCall& op, const char* suffix, Where caller,
                                    std::span<const Operand> operands) {
  ProfileEvent event{.kind = ProfileKind::op, .name = std::string(op.name) + suffix, .caller = CallScope::user_line(caller)};
  for (const Operand& operand : operands)
    if (operand.tensor && operand.tensor->defined()) event.values.push_back({operand.tensor->shape(), operand.tensor->dtype()});
  event.isa = op.kernels.isa;
  event.best = isa();
  return event;
}

[[gnu::cold]] void refuse_undefined(const ElementwiseCall& op, std::int64_t argument, Where caller) {
  check<ValueError>(op.inputs == 1, caller, op.name, ": argument ", argument, " is undefined");
  detail::fail<ValueError>(caller, op.name, ": the tensor is undefined");
}

}  // namespace

ElementwiseResult elementwise_result(const ElementwiseCall& op, std::span<const Operand> operands, Where caller) {
  ElementwiseResult result{{}, DType::boolean};
  const Tensor* first = nullptr;
  DType dtype = result.dtype;
  for (const Operand& operand : operands) {
    if (!operand.tensor) continue;
    const Tensor& tensor = *operand.tensor;
    if (!tensor.defined()) [[unlikely]]
      refuse_undefined(op, &operand - operands.data() + 1, caller);
    if (!first) {
      first = &tensor;
      dtype = tensor.dtype();
      result.shape = tensor.shape();
      continue;
    }
    if (tensor.dtype() != dtype) dtype = promote_types(dtype, tensor.dtype());
    if (!(tensor.shape() == result.shape)) result.shape = broadcast_shapes(op.name, result.shape, tensor.shape(), caller);
  }
  check<DtypeError>(first, caller, op.name, ": takes at least one tensor, got numbers");
  result.dtype = real_type(dtype);
  return result;
}

void elementwise_forward(const ElementwiseCall& op, Where caller, std::span<const Operand> operands, std::span<Tensor> outputs) {
  ProfileScope profile([&] { return event_of(op, "", caller, operands); });
  ElementwiseResult result = elementwise_result(op, operands, caller);
  for (Tensor& output : outputs) output = Tensor(result.shape, result.dtype, caller);
  run_forward(op, operands, outputs);
}

void elementwise_update(const ElementwiseCall& op, Where caller, std::span<const Operand> operands,
                        std::span<const Tensor> targets) {
  ProfileScope profile([&] { return event_of(op, "", caller, operands); });
  check<ValueError>(std::ssize(targets) == op.outputs, caller, op.name, ": ", op.outputs, " results for ", targets.size(),
                    " targets");
  const ElementwiseResult result = elementwise_result(op, operands, caller);
  for (const Tensor& target : targets) {
    check_defined(op.name, target, caller);
    check<ShapeError>(target.shape() == result.shape && target.is_contiguous(), caller, op.name, ": the result ", result.shape,
                      " does not fit into a target ", target.shape(), " with strides ", target.strides());
    check<DtypeError>(target.dtype() == result.dtype, caller, op.name, ": the result is ", result.dtype, ", a target ",
                      target.dtype());
  }
  const UpdateOperands safe(op, operands, targets, caller);
  std::array<Tensor, kMaxOutputs> outputs;
  std::copy(targets.begin(), targets.end(), outputs.begin());
  const std::span<Tensor> written(outputs.data(), targets.size());
  for (Tensor& output : written) output.touch(caller);
  run_forward(op, safe.get(), written);
}

void elementwise_into(const ElementwiseCall& op, std::span<const Operand> operands, std::span<Tensor> outputs) {
  ProfileScope profile([&] { return event_of(op, "", {}, operands); });
  run_forward(op, operands, outputs);
}

void elementwise_backward(const ElementwiseCall& op, std::span<const Operand> operands,
                          std::span<const Tensor* const> output_gradients, unsigned wanted, std::span<Tensor> gradients) {
  ProfileScope profile([&] { return event_of(op, "_gradient", {}, operands); });
  const Tensor* given = nullptr;
  for (const Tensor* gradient : output_gradients)
    if (gradient) given = gradient;
  Run run(given->shape(), given->dtype(), wanted);
  for (const Operand& operand : operands) run.add_input(operand);
  for (const Tensor* gradient : output_gradients) run.add_input(gradient ? Operand(*gradient) : Operand(0.0));
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    bool asked = wanted >> i & 1u;
    if (asked && !gradients[i].defined()) gradients[i] = Tensor(given->shape(), given->dtype());
    run.add_output(asked ? &gradients[i] : nullptr);
  }
  run.run(op.kernels.backward);
}

}  // namespace weft
