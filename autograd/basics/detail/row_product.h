// Sums over rows of Variables: those of tensor/product/detail/row_product.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/product/detail/row_product.h>

namespace weft {

Variable row_product(const Variable& left, const Variable& right, Where caller = Where::here());
Variable sum_rows(const Variable& x, Where caller = Where::here());

}  // namespace weft
