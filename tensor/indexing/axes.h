// Views with other axes, and matrices from vectors.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

// Joins the axes first .. last into one: [2, 3, 4] with axes 1 .. 2 -> [2, 12]. A scalar gives [1]. Throws IndexError, and
// ShapeError if `last` is before `first`.
Tensor flatten(const Tensor& x, int first = 0, int last = -1, Where caller = Where::here());
// Splits an axis into the axes of `shape`, of which one size may be -1. Throws IndexError, ShapeError.
Tensor unflatten(const Tensor& x, int axis, const Shape& shape, Where caller = Where::here());
// Moves an axis to another place; the others keep their order. Throws IndexError.
Tensor movedim(const Tensor& x, int from, int to, Where caller = Where::here());
// Returns up to `chunks` views of the same size along an axis; the last one may be shorter, and an empty axis
// gives one view. Throws ValueError if `chunks` is below 1, IndexError.
std::vector<Tensor> chunk(const Tensor& x, std::int64_t chunks, int axis = 0, Where caller = Where::here());

// The elements x[.., i, .., i + offset, ..] along two axes, which become the last axis of the result. Throws IndexError,
// ShapeError if both are the same axis.
Tensor diagonal(const Tensor& x, std::int64_t offset = 0, int axis_a = 0, int axis_b = 1, Where caller = Where::here());
// Matrices whose diagonal `offset` is the last axis of x, and 0 elsewhere: [.., n] -> [.., n + |offset|, n + |offset|].
Tensor diag_embed(const Tensor& x, std::int64_t offset = 0, Where caller = Where::here());
// The diagonal of a matrix, or the matrix with this diagonal for a vector. Throws ShapeError for other shapes.
Tensor diag(const Tensor& x, std::int64_t offset = 0, Where caller = Where::here());
// The sum of the diagonal of a matrix. Throws ShapeError.
Tensor trace(const Tensor& x, Where caller = Where::here());
// a_i b_j: [m], [n] -> [m, n]. Throws ShapeError for other shapes.
Tensor outer(const Tensor& a, const Tensor& b, Where caller = Where::here());

}  // namespace weft
