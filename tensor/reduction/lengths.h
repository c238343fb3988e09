// Lengths of the examples in a padded batch.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// The lengths, contiguous. Throws DtypeError unless they are i64, ShapeError unless their shape is [batch], IndexError for one
// outside 0..time.
Tensor checked_lengths(const char* op, const Tensor& lengths, std::int64_t batch, std::int64_t time, Where where);

// A bool mask [batch, time] that is true at the first lengths[i] positions of row i. Throws as checked_lengths.
Tensor length_mask(const Tensor& lengths, std::int64_t time, Where where = Where::here());

// x [batch, ..., time, ...] with padding that counts nowhere, not even as 0 * NaN: x itself where all that stands behind the
// lengths is small enough to be multiplied by 0 after a few products, as it nearly always is, else x with zeros there. `axis` is
// that of time. Undefined lengths leave x as it is. Floating. Throws as checked_lengths, in the name of `op`.
Tensor harmless_padding(const Tensor& x, const Tensor& lengths, int axis = 1, Where where = Where::here(),
                        const char* op = "harmless_padding");

// Ids [batch, time] with those behind the lengths inside 0 .. count-1, whatever stands there: `ids` itself where all of them are,
// as they nearly always are, else with 0 behind the lengths; ids in front of them stay, right or wrong. Undefined lengths leave
// all as they are. Throws as checked_lengths, in the name of `op`.
Tensor harmless_ids(const Tensor& ids, const Tensor& lengths, std::int64_t count, Where where = Where::here(),
                    const char* op = "harmless_ids");

// The parts of harmless_padding: whether x is taken as it is, and the mask of what is kept otherwise, which broadcasts to x.
bool has_harmless_padding(const Tensor& x, const Tensor& lengths, int axis = 1, Where where = Where::here(),
                          const char* op = "has_harmless_padding");
Tensor length_mask_along(const Tensor& lengths, const Shape& shape, int axis);

}  // namespace weft
