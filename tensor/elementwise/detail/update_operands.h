// Operands of ops that write into existing tensors.
#pragma once

#include <weft/tensor/array/detail/overlap.h>
#include <weft/tensor/elementwise/elementwise_call.h>

#include <vector>

namespace weft {

// The operands of an op that writes into the targets. An operand that overlaps a target without being the same elements would be
// overwritten before it is read, so it is replaced by a copy. Must not outlive the operands.
class UpdateOperands {
 public:
  // Throws ValueError if targets share memory.
  UpdateOperands(const ElementwiseCall& op, std::span<const Operand> operands, std::span<const Tensor> targets, Where caller);
  UpdateOperands(const UpdateOperands&) = delete;
  UpdateOperands& operator=(const UpdateOperands&) = delete;

  std::span<const Operand> get() const { return {operands_.data(), count_}; }

 private:
  std::size_t count_;
  std::array<Operand, kMaxInputs> operands_;
  std::vector<Tensor> copies_;
};

}  // namespace weft
