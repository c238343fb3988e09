// Lengths of the examples in a padded batch.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// Returns the lengths, contiguous. Throws DtypeError unless they are i64, ShapeError unless their shape is [batch], IndexError
// for a length outside 0..time.
Tensor checked_lengths(const char* op, const Tensor& lengths, std::int64_t batch, std::int64_t time, Where caller);

// Returns a bool mask [batch, time] that is true at the first lengths[i] positions of row i. Throws as checked_lengths does.
Tensor length_mask(const Tensor& lengths, std::int64_t time, Where caller = Where::here());

// Returns x [batch, ..., time, ...] with padding that has no effect on results, not even as 0 * NaN. Returns x itself if
// everything after the lengths is small enough to be multiplied by 0 after a few products, as is nearly always the case,
// otherwise a copy with zeros there. `axis` is the time axis. Undefined lengths leave x unchanged. x is floating. Throws as
// checked_lengths does, in the name of `op`.
Tensor harmless_padding(const Tensor& x, const Tensor& lengths, int axis = 1, Where caller = Where::here(),
                        const char* op = "harmless_padding");

// Returns ids [batch, time] whose padding is within 0 .. count-1. Returns `ids` itself if all ids after the lengths are, as is
// nearly always the case, otherwise a copy with 0 there. Ids before the lengths stay unchanged, even if they are out of range.
// Undefined lengths leave all ids unchanged. Throws as checked_lengths does, in the name of `op`.
Tensor harmless_ids(const Tensor& ids, const Tensor& lengths, std::int64_t count, Where caller = Where::here(),
                    const char* op = "harmless_ids");

// The parts of harmless_padding: whether x can be used unchanged, and otherwise the mask of what is kept, which broadcasts to x.
bool has_harmless_padding(const Tensor& x, const Tensor& lengths, int axis = 1, Where caller = Where::here(),
                          const char* op = "has_harmless_padding");
Tensor length_mask_along(const Tensor& lengths, const Shape& shape, int axis);

}  // namespace weft
