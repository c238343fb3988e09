#include <weft/tensor/array/copy.h>
#include <weft/tensor/elementwise/detail/update_operands.h>

#include <algorithm>

namespace weft {

UpdateOperands::UpdateOperands(const ElementwiseCall& op, std::span<const Operand> operands, std::span<const Tensor> targets,
                               Where caller)
    : count_(operands.size()) {
  for (std::size_t i = 0; i < targets.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      check<ValueError>(!overlap(targets[i], targets[j]), caller, op.name, ": targets ", j, " and ", i, " share memory");
  for (std::size_t i = 0; i < count_; ++i) {
    operands_[i] = operands[i];
    const Tensor* tensor = operands[i].tensor;
    const auto clashes = [&](const Tensor& target) { return overlap(*tensor, target) && !same_elements(*tensor, target); };
    if (!tensor || std::none_of(targets.begin(), targets.end(), clashes)) continue;
    copies_.reserve(kMaxInputs);  // operands hold addresses of its elements
    copies_.push_back(clone(*tensor));
    operands_[i] = copies_.back();
  }
}

}  // namespace weft
