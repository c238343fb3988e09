// Sums of squares of gradients, from which their norm is computed without overflow.
#pragma once

#include <weft/tensor/indexing/row_sparse.h>

#include <span>

namespace weft::optim {

// A sum of squares, stored as scale^2 sum.
struct SquareSum {
  double scale = 1, sum = 0;
};

// Returns the sum over all numbers of a gradient. If squares over- or underflow, or might have, the gradient is first divided by
// its largest number.
SquareSum square_sum(const Tensor& gradient);
// The same, with the same bits as for the dense gradient.
SquareSum square_sum(const RowSparse& gradient);

// Returns the square root of the sum of all.
double norm_of(std::span<const SquareSum> parts);

}  // namespace weft::optim
