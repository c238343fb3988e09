// Matrix products of Variables: those of tensor/product/matmul.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/product/matmul.h>

namespace weft {

Variable matmul(const Variable& a, const Variable& b, Where where = Where::here());
// Its gradient is one product, whereas that of matmul(x, transpose(x)) is two.
Variable gram(const Variable& x, Where where = Where::here());
// `bias` may be undefined.
Variable linear(const Variable& x, const Variable& weight, const Variable& bias, Where where = Where::here());
Variable linear_transposed(const Variable& x, const Variable& weight, Where where = Where::here());

}  // namespace weft
