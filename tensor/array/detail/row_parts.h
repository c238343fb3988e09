// Parts of a tensor's rows, by which several processes share the work on it.
#pragma once

#include <weft/tensor/array/views.h>

namespace weft {

// A range of indices, from `first` to before `last`.
struct IndexRange {
  std::int64_t first = 0, last = 0;

  std::int64_t size() const { return last - first; }
  bool empty() const { return first == last; }
};

// Returns part `part` of 0 .. count-1, cut into `parts` parts whose sizes differ by at most one. Cutting into twice as many parts
// cuts each part in two.
inline IndexRange part_of(std::int64_t count, std::int64_t part, std::int64_t parts) {
  return {count * part / parts, count * (part + 1) / parts};
}

// Returns the number of rows of a tensor of this shape: a tensor [n, ..] has n, and one with a single axis, or none, has a row
// for each element.
inline std::int64_t rows_of(const Shape& shape) { return shape.dims() < 2 ? shape.numel() : shape[0]; }

// Returns these rows of a contiguous tensor as a matrix that shares its memory.
inline Tensor rows_in(const Tensor& x, IndexRange rows) {
  const std::int64_t count = rows_of(x.shape());
  return slice(reshape(x, {count, count > 0 ? x.numel() / count : 0}), 0, rows.first, rows.last);
}

}  // namespace weft
