// Updates matrices in place from a row-sparse one.
#pragma once

#include <weft/tensor/elementwise/elementwise_call.h>
#include <weft/tensor/indexing/row_sparse.h>

namespace weft {

// Which rows of the targets an update writes: all of them, or only those of the row-sparse matrix.
enum class UpdatedRows { all, present };

// Runs op.update(targets, operands...), where the operand `x.values` stands for the whole matrix x. With UpdatedRows::all the
// bits are the same as with to_dense(x), which is never materialized. Targets and tensor operands are contiguous and have the
// shape and dtype of x; targets do not overlap each other. Throws ShapeError, DtypeError, ValueError.
void update_rows(const ElementwiseCall& op, UpdatedRows which, std::initializer_list<Tensor> targets, const RowSparse& x,
                 std::initializer_list<Operand> operands, Where caller = Where::here());

}  // namespace weft
