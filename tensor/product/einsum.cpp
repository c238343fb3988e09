#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/product/detail/einsum_contraction.h>
#include <weft/tensor/product/einsum.h>
#include <weft/tensor/product/matmul.h>

namespace weft {

Tensor einsum(std::string_view equation, std::span<const Tensor> operands, Where caller) {
  std::vector<Shape> shapes;
  for (const Tensor& operand : operands) {
    check_defined("einsum", "operand", operand, caller);
    shapes.push_back(operand.shape());
  }
  const EinsumEquation parsed(equation, shapes, caller);
  return EinsumContraction<Tensor>(parsed, caller)(operands);
}
Tensor einsum(std::string_view equation, std::initializer_list<Tensor> operands, Where caller) {
  return einsum(equation, std::span(operands.begin(), operands.size()), caller);
}

}  // namespace weft
