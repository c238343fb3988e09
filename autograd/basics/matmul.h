// Matrix products of Variables: those of tensor/product/matmul.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/product/matmul.h>

namespace weft {

Variable matmul(const Variable& a, const Variable& b, Where caller = Where::here());
// Its gradient is one product, whereas that of matmul(x, transpose(x)) is two.
Variable gram(const Variable& x, Where caller = Where::here());
// `bias` may be undefined.
Variable linear(const Variable& x, const Variable& weight, const Variable& bias, Where caller = Where::here());
Variable linear_transposed(const Variable& x, const Variable& weight, Where caller = Where::here());

}  // namespace weft
