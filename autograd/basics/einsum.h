// einsum of Variables; see tensor/product/einsum.h. Tensors and Variables may be mixed.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/product/einsum.h>

namespace weft {

Variable einsum(std::string_view equation, std::initializer_list<Variable> operands, Where caller = Where::here());
Variable einsum(std::string_view equation, std::span<const Variable> operands, Where caller = Where::here());

}  // namespace weft
