// Views of Variables: those of tensor/array/views.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/array/views.h>

namespace weft {

Variable reshape(const Variable& x, const Shape& shape, Where caller = Where::here());
Variable transpose(const Variable& x, int axis_a = -2, int axis_b = -1, Where caller = Where::here());
Variable permute(const Variable& x, std::initializer_list<int> order, Where caller = Where::here());
Variable permute(const Variable& x, std::span<const int> order, Where caller = Where::here());
Variable slice(const Variable& x, int axis, std::int64_t start, std::int64_t stop = kEnd, std::int64_t step = 1,
               Where caller = Where::here());
Variable select(const Variable& x, int axis, std::int64_t index, Where caller = Where::here());
Variable expand(const Variable& x, const Shape& shape, Where caller = Where::here());
Variable squeeze(const Variable& x, int axis, Where caller = Where::here());
Variable unsqueeze(const Variable& x, int axis, Where caller = Where::here());

// The inverse of slice: returns zeros of `shape` with x at start, start + step, ... of an axis.
Variable place(const Variable& x, const Shape& shape, int axis, std::int64_t start, std::int64_t step,
               Where caller = Where::here());

}  // namespace weft
