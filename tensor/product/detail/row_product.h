// Sums over rows that do not notice padding.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// transpose(left) right over all rows of left [.., m] and right [.., n], whose other axes are the same: the gradient of a weight.
//
// Padding changes no bit: a row that is all zeros on either side is left out of the order in which the others are added. They
// form chains (see kernels/sum_tree.h) of as many whole examples, the entries of the first axis, as have at most kChain rows
// together; a longer example is cut after each kChain rows. Of matrices each row is an example. Throws ShapeError, DtypeError.
Tensor row_product(const Tensor& left, const Tensor& right, Where where = Where::here());

// Whether every row is all zeros on one side: there is nothing to add.
bool rows_are_absent(const Tensor& left, const Tensor& right);

// The sum of x [.., n] over all axes but the last: of each example, an entry of the first axis, then over the examples. So zeros
// behind an example's end, padding, change no bit.
Tensor sum_rows(const Tensor& x, Where where = Where::here());

}  // namespace weft
