// Operands of ops that write into tensors that are there.
#pragma once

#include <weft/tensor/array/detail/overlap.h>
#include <weft/tensor/elementwise/elementwise_call.h>

#include <vector>

namespace weft {

// The operands for writing into the targets. One that shares memory with a target, but is not the same elements, would be
// overwritten before it is read: a copy takes its place. Lives no longer than the operands.
class UpdateOperands {
 public:
  // Throws ValueError when targets share memory.
  UpdateOperands(const ElementwiseCall& op, std::span<const Operand> operands, std::span<const Tensor> targets, Where where);
  UpdateOperands(const UpdateOperands&) = delete;
  UpdateOperands& operator=(const UpdateOperands&) = delete;

  std::span<const Operand> get() const { return {operands_.data(), count_}; }

 private:
  std::size_t count_;
  std::array<Operand, kMaxInputs> operands_;
  std::vector<Tensor> copies_;
};

}  // namespace weft
