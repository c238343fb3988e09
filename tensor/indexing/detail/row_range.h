// A range of the rows of a row-sparse matrix.
#pragma once

#include <weft/tensor/array/detail/row_parts.h>
#include <weft/tensor/indexing/row_sparse.h>

namespace weft {

// Returns those rows of x that are in the range, as a matrix of as many rows as x has. It shares memory with x.
RowSparse rows_between(const RowSparse& x, IndexRange range);

// Returns the range as a matrix of its own, whose rows count from the first of the range.
RowSparse row_range(const RowSparse& x, IndexRange range);

}  // namespace weft
