#include <weft/autograd/basics/einsum.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/tensor/product/detail/einsum_contraction.h>

namespace weft {

Variable einsum(std::string_view equation, std::span<const Variable> operands, Where caller) {
  std::vector<Shape> shapes;
  for (const Variable& operand : operands) {
    check_defined("einsum", "operand", operand.tensor(), caller);
    shapes.push_back(operand.shape());
  }
  const EinsumEquation parsed(equation, shapes, caller);
  return EinsumContraction<Variable>(parsed, caller)(operands);
}
Variable einsum(std::string_view equation, std::initializer_list<Variable> operands, Where caller) {
  return einsum(equation, std::span(operands.begin(), operands.size()), caller);
}

}  // namespace weft
