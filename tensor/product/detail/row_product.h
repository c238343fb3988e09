// Sums over rows that are independent of padding.
#pragma once

#include <weft/tensor/reduction/detail/shard_rows.h>

namespace weft {

// transpose(left) right over all rows of left [.., m] and right [.., n], which agree in their other axes: the gradient of a
// weight.
//
// Padding changes no bit: a row that is all zeros on either side does not count in the order of the additions. The rows form
// chains (see kernels/sum_tree.h). A chain takes as many whole examples, the entries of the first axis, as have at most kChain
// counting rows together; a longer example is cut after each kChain rows. For matrices, each row is an example. Throws
// ShapeError, DtypeError.
Tensor row_product(const Tensor& left, const Tensor& right, Where caller = Where::here());

// The same over the rows of all parts, [m, n]. In a shard each chain but the last has kChain counting rows; then the shards' sums
// are added in the tree of shard_tree.h.
Tensor row_product(std::span<const ShardRows> parts, const FilledShards& filled);

// Returns whether every row is all zeros on at least one side, so that there is nothing to add.
bool rows_are_absent(const Tensor& left, const Tensor& right);

// The sum of x [.., n] over all axes but the last: first within each example (an entry of the first axis), then over the
// examples. So zeros after an example's end, its padding, change no bit.
Tensor sum_rows(const Tensor& x, Where caller = Where::here());

}  // namespace weft
