// Elementwise ops as seen by code that is compiled once: function pointers, operands and the loops around them.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/runtime/isa.h>

#include <array>

namespace weft {

inline constexpr int kMaxInputs = 8;
inline constexpr int kMaxOutputs = 4;

// One block of rows for a kernel. Strides are in elements; outputs have unit stride along a row.
struct ElementwiseRows {
  struct Input {
    const void* data;
    std::int64_t row_stride, stride;
    DType dtype;  // converted as it is read if it differs from the op's
  };
  struct Output {
    void* data;  // null if not wanted
    std::int64_t row_stride;
  };
  std::int64_t rows, columns;
  DType dtype;                                         // f32 or f64
  std::array<Input, kMaxInputs + kMaxOutputs> inputs;  // the inputs; for gradients, followed by the gradients of the outputs
  std::array<Output, kMaxInputs> outputs;              // the outputs; for gradients, the gradients of the inputs
  unsigned wanted;                                     // for gradients: bit i is set if the gradient of input i is wanted
};
using ElementwiseFunction = void (*)(const ElementwiseRows&);

// The kernels of one op, and the instruction set that they are compiled for: the one in use if weft_add_ops names the op's
// header, otherwise the baseline.
struct ElementwiseKernels {
  ElementwiseFunction forward = nullptr, backward = nullptr;
  Isa isa = Isa::baseline;
};

// An elementwise op without its formula.
struct ElementwiseCall {
  const char* name;
  int inputs, outputs;
  ElementwiseKernels kernels;
};

// An argument: a tensor, which must outlive the operand, or a number.
struct Operand {
  const Tensor* tensor = nullptr;
  double number = 0;

  Operand() = default;
  Operand(const Tensor& tensor) : tensor(&tensor) {}
  template <class N>
  requires std::is_arithmetic_v<N> Operand(N number) : number(static_cast<double>(number)) {}
};

// The shape and dtype of the results: all tensors broadcast, and the dtype follows docs/promotion.md. Throws ShapeError,
// ValueError for an undefined tensor, and DtypeError if all operands are numbers.
struct ElementwiseResult {
  Shape shape;
  DType dtype;
};
ElementwiseResult elementwise_result(const ElementwiseCall& op, std::span<const Operand> operands, Where caller);

// Sets each outputs[i] to a fresh tensor.
void elementwise_forward(const ElementwiseCall& op, Where caller, std::span<const Operand> operands, std::span<Tensor> outputs);

// Writes the results into existing tensors, which may overlap operands. Throws ShapeError, DtypeError or ValueError unless they
// are contiguous, do not overlap each other, and have the number, shape and dtype of the results.
void elementwise_update(const ElementwiseCall& op, Where caller, std::span<const Operand> operands,
                        std::span<const Tensor> targets);

// As elementwise_update, but without these checks, without copies of operands that targets overlap, and without a new version of
// the memory.
void elementwise_into(const ElementwiseCall& op, std::span<const Operand> operands, std::span<Tensor> outputs);

// Computes the gradient of input i, in the results' shape (not summed over broadcast axes), into gradients[i] for each bit i of
// `wanted`. A null output gradient counts as zero. Operands whose values the gradient does not need may be numbers. A defined
// gradients[i] is written into, and may be an output gradient; otherwise it becomes a fresh tensor.
void elementwise_backward(const ElementwiseCall& op, std::span<const Operand> operands,
                          std::span<const Tensor* const> output_gradients, unsigned wanted, std::span<Tensor> gradients);

}  // namespace weft
