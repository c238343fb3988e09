// Picking elements by index, and adding them back in the order of the indices. Indices are i64, i32 or u8. Negative ones count
// from the end, except in embedding and one_hot. An index out of range throws an IndexError that names the index, its position
// and the range.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <optional>

namespace weft {

// Selects the slices of x at `index`, of any shape, along an axis; in the result's shape, the axis is replaced by the shape of
// `index`.
Tensor index_select(const Tensor& x, int axis, const Tensor& index, Where caller = Where::here());

// result[.., i, ..] = the sum of x[.., j, ..] over all j with index[j] = i, or 0 if there is none. The result has size `count`
// along the axis. x has the shape of index_select's result and is not bool. Throws ShapeError, DtypeError, ValueError for a
// negative count.
Tensor segment_sum(const Tensor& x, const Tensor& index, std::int64_t count, int axis = 0, Where caller = Where::here());

// Returns one row of weight [rows, dim] for each id: [ids..., dim].
Tensor embedding(const Tensor& weight, const Tensor& ids, Where caller = Where::here());

// Returns the gradient of embedding with respect to its weight, [rows, dim], given that of its result. The row of `padding`, if
// given, stays zero.
Tensor embedding_gradient(const Tensor& gradient, const Tensor& ids, std::int64_t rows,
                          std::optional<std::int64_t> padding = std::nullopt, Where caller = Where::here());

// result[i][j][k] = x[i][index[i][j][k]][k] for axis 1 of three, and likewise for other axes. The result has the shape of
// `index`, which has as many dimensions as x and is at most as large as x along the other axes; an empty index may have any
// shape. Throws ShapeError.
Tensor gather(const Tensor& x, int axis, const Tensor& index, Where caller = Where::here());

// Returns x with source[i][j][k] added at [i][index[i][j][k]][k] for axis 1 of three, and likewise for other axes. `source` has
// x's dtype, which is not bool, and the shape of `index`, for which gather's rules hold. Throws ShapeError, DtypeError.
Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, const Tensor& source, Where caller = Where::here());

// Returns 1 at each id along a new last axis of size `classes`, 0 elsewhere.
Tensor one_hot(const Tensor& ids, std::int64_t classes, DType dtype = DType::f32, Where caller = Where::here());

// Returns `value` where the bool mask is true, otherwise x; both broadcast. Throws ShapeError, DtypeError.
Tensor masked_fill(const Tensor& x, const Tensor& mask, AtNumber value, Where caller = Where::here());

// Return the part of matrices [..., rows, columns] on and below (above) a diagonal, and 0 elsewhere. Diagonal 0 is the main one,
// 1 the one above it.
Tensor tril(const Tensor& x, std::int64_t diagonal = 0, Where caller = Where::here());
Tensor triu(const Tensor& x, std::int64_t diagonal = 0, Where caller = Where::here());

}  // namespace weft
