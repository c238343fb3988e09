// Row-sparse matrices: few rows are not zero, as in the gradient of an embedding.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <optional>

namespace weft {

// A matrix [count, width] by those of its rows that may differ from zero. Undefined when default-made. Copies look at the same
// memory.
struct RowSparse {
  Tensor rows;             // i64 [n]: which rows, ascending, each once
  Tensor values;           // [n, width]: their numbers
  std::int64_t count = 0;  // rows of the whole matrix

  bool defined() const { return values.defined(); }
  Shape shape() const { return {count, values.shape()[1]}; }
  DType dtype() const { return values.dtype(); }
};

// Throws ValueError for an undefined x, ShapeError, DtypeError, IndexError unless it is as described above.
void check_row_sparse(const char* op, const RowSparse& x, Where where);

// embedding_gradient() without its zeros: the rows that stand in `ids`, `padding` apart. The same bits.
RowSparse embedding_gradient_rows(const Tensor& gradient, const Tensor& ids, std::int64_t rows,
                                  std::optional<std::int64_t> padding = std::nullopt, Where where = Where::here());

// a + b: a row that only one of them has is added to 0. Throws ShapeError, DtypeError unless both are alike.
RowSparse add(const RowSparse& a, const RowSparse& b, Where where = Where::here());

// The whole matrix, [count, width].
Tensor to_dense(const RowSparse& x, Where where = Where::here());

// The sum of all numbers: the bits of sum(to_dense(x)).
Tensor sum(const RowSparse& x, Where where = Where::here());

}  // namespace weft
