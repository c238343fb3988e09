// Lengths of the examples in a padded batch.
#pragma once

#include <weft/tensor/tensor.h>

namespace weft {

// The lengths, contiguous. Throws DtypeError unless they are i64, ShapeError unless their shape is [batch], IndexError for one
// outside 0..time.
Tensor checked_lengths(const char* op, const Tensor& lengths, std::int64_t batch, std::int64_t time, Where where);

// A bool mask [batch, time] that is true at the first lengths[i] positions of row i. Throws as checked_lengths.
Tensor length_mask(const Tensor& lengths, std::int64_t time, Where where = Where::here());

}  // namespace weft
