// Row-sparse matrices: only a few rows are not zero, as in the gradient of an embedding.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <optional>

namespace weft {

// A matrix [count, width], stored as the rows that may differ from zero. It is undefined when default-constructed. Copies share
// memory.
struct RowSparse {
  Tensor rows;             // i64 [n]: the row numbers, ascending and distinct
  Tensor values;           // [n, width]: the rows themselves
  std::int64_t count = 0;  // number of rows of the whole matrix

  bool defined() const { return values.defined(); }
  Shape shape() const { return {count, values.shape()[1]}; }
  DType dtype() const { return values.dtype(); }
};

// Throws ValueError if x is undefined, and ShapeError, DtypeError or IndexError unless it is as described above.
void check_row_sparse(const char* op, const RowSparse& x, Where caller);

// As embedding_gradient(), but returns only the rows that occur in `ids`, except `padding`. Their bits are the same.
RowSparse embedding_gradient_rows(const Tensor& gradient, const Tensor& ids, std::int64_t rows,
                                  std::optional<std::int64_t> padding = std::nullopt, Where caller = Where::here());

// Adds the rows of x to `to`. Throws ShapeError, DtypeError unless both have the same shape and dtype.
void add_to(Tensor& to, const RowSparse& x, Where caller = Where::here());

// Returns a + b; a row that only one of them has is added to 0. Throws ShapeError or DtypeError unless both have the same shape
// and dtype.
RowSparse add(const RowSparse& a, const RowSparse& b, Where caller = Where::here());

// Returns the whole matrix, [count, width].
Tensor to_dense(const RowSparse& x, Where caller = Where::here());

// Returns the sum of all numbers, with the same bits as sum(to_dense(x)).
Tensor sum(const RowSparse& x, Where caller = Where::here());

}  // namespace weft
