// Picking elements by index, and adding them back, in the order of the indices. These are i64, i32 or u8 and, but for embedding
// and one_hot, count from the end if negative; one outside its range throws an IndexError that names it, its place and the range.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <optional>

namespace weft {

// The slices of x at `index`, of any shape, along an axis: its size is replaced by the shape of the index.
Tensor index_select(const Tensor& x, int axis, const Tensor& index, Where where = Where::here());

// result[.., i, ..] = the sum of x[.., j, ..] over all j with index[j] = i: of size `count` along an axis, zero where no j is. x
// has the shape of index_select's result, and is not bool. Throws ShapeError, DtypeError, ValueError for a negative count.
Tensor segment_sum(const Tensor& x, const Tensor& index, std::int64_t count, int axis = 0, Where where = Where::here());

// One row of weight [rows, dim] for each id: [ids..., dim].
Tensor embedding(const Tensor& weight, const Tensor& ids, Where where = Where::here());

// The gradient of embedding by its weight, [rows, dim], from that of its result; the row of `padding`, if given, stays zero.
Tensor embedding_gradient(const Tensor& gradient, const Tensor& ids, std::int64_t rows,
                          std::optional<std::int64_t> padding = std::nullopt, Where where = Where::here());

// result[i][j][k] = x[i][index[i][j][k]][k] for axis 1 of three, and so on: of the shape of `index`, which has x's dimensions and
// is at most as large as x along the other axes; or it is empty, of any shape. Throws ShapeError.
Tensor gather(const Tensor& x, int axis, const Tensor& index, Where where = Where::here());

// x with source[i][j][k] added at [i][index[i][j][k]][k] for axis 1 of three, and so on. `source` has x's dtype, not bool, and
// the shape of `index`, which is as for gather. Throws ShapeError, DtypeError.
Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, const Tensor& source, Where where = Where::here());

// 1 at each id along a new last axis of `classes`, else 0.
Tensor one_hot(const Tensor& ids, std::int64_t classes, DType dtype = DType::f32, Where where = Where::here());

// `value` where the bool mask holds, else x; both broadcast. Throws ShapeError, DtypeError.
Tensor masked_fill(const Tensor& x, const Tensor& mask, AtNumber value, Where where = Where::here());

// The part of matrices [..., rows, columns] on and below (above) a diagonal; 0 is the main one, 1 the one above. Elsewhere 0.
Tensor tril(const Tensor& x, std::int64_t diagonal = 0, Where where = Where::here());
Tensor triu(const Tensor& x, std::int64_t diagonal = 0, Where where = Where::here());

}  // namespace weft
