// Picking elements by a mask or by their number, repeating them, and changing the slices at an index.
#pragma once

#include <weft/tensor/indexing/index.h>

namespace weft {

// The elements of x, which broadcasts with the bool mask, where that is true, in row-major order: [count]. Throws ShapeError,
// DtypeError.
Tensor masked_select(const Tensor& x, const Tensor& mask, Where caller = Where::here());
// The elements with these numbers in row-major order, in the shape of `index`. Negative ones count from the end. Throws
// IndexError.
Tensor take(const Tensor& x, const Tensor& index, Where caller = Where::here());
// Each slice along an axis as often as `repeats` says: one number for all, or [size of the axis]. Throws ShapeError, ValueError
// for a negative number.
Tensor repeat_interleave(const Tensor& x, std::int64_t repeats, int axis = 0, Where caller = Where::here());
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, int axis = 0, Where caller = Where::here());

// x with alpha times the slices of `source` added at `index` [n] along an axis; what is added twice adds up. Throws ShapeError,
// DtypeError, IndexError.
Tensor index_add(const Tensor& x, int axis, const Tensor& index, const Tensor& source, double alpha = 1,
                 Where caller = Where::here());
// x with `value` in the slices at `index` [n] along an axis. Throws IndexError.
Tensor index_fill(const Tensor& x, int axis, const Tensor& index, double value, Where caller = Where::here());

}  // namespace weft
