// Finding, counting and grouping elements. The results are indices and counts, which have no gradient.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// The indices of the elements that are not 0, in row-major order: i64 [count, dims]. NaN is not 0.
Tensor nonzero(const Tensor& x, Where caller = Where::here());

// Where each value belongs in `sorted` [n], which ascends: the number of its elements below the value, or, with `right`, not
// above it. i64, of the shape of `values`. NaN belongs at the end. Throws ShapeError, DtypeError unless both have the same dtype,
// ValueError unless `sorted` ascends.
Tensor searchsorted(const Tensor& sorted, const Tensor& values, bool right = false, Where caller = Where::here());
// The same with the arguments in the other order, as PyTorch has it.
Tensor bucketize(const Tensor& values, const Tensor& boundaries, bool right = false, Where caller = Where::here());

// The distinct elements of x.
struct Unique {
  Tensor values;   // [distinct], ascending; each NaN is distinct
  Tensor inverse;  // i64, of x's shape: where each element is in `values`
  Tensor counts;   // i64 [distinct]: how often each occurs
};
Unique unique(const Tensor& x, Where caller = Where::here());

// How often each of 0, 1, 2, .. occurs in the integers `ids`, up to the largest, but at least `minlength` numbers: i64. Throws
// DtypeError, ValueError for a negative id.
Tensor bincount(const Tensor& ids, std::int64_t minlength = 0, Where caller = Where::here());
// How many elements of x are in each of `bins` intervals of the same width from `low` to `high`, i64 [bins]. The last interval
// includes `high`; elements outside and NaN are not counted. Throws ValueError unless bins >= 1 and low < high.
Tensor histc(const Tensor& x, std::int64_t bins, double low, double high, Where caller = Where::here());

}  // namespace weft
