// Updating matrices in place by a row-sparse one.
#pragma once

#include <weft/tensor/elementwise/elementwise_call.h>
#include <weft/tensor/indexing/row_sparse.h>

namespace weft {

// The rows of the targets that an update writes: all of them, or those of the row-sparse matrix alone.
enum class UpdatedRows { all, present };

// op.update(targets, operands...) where the operand `x.values` stands for the whole matrix x: with UpdatedRows::all the same bits
// as with to_dense(x), which is not made. Targets and tensor operands have the shape and dtype of x and are contiguous, targets
// are apart from each other. Throws ShapeError, DtypeError, ValueError.
void update_rows(const ElementwiseCall& op, UpdatedRows which, std::initializer_list<Tensor> targets, const RowSparse& x,
                 std::initializer_list<Operand> operands, Where where = Where::here());

}  // namespace weft
