// The functions of tensor/indexing/axes.h on Variables.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/indexing/axes.h>

namespace weft {

Variable flatten(const Variable& x, int first = 0, int last = -1, Where caller = Where::here());
Variable unflatten(const Variable& x, int axis, const Shape& shape, Where caller = Where::here());
Variable movedim(const Variable& x, int from, int to, Where caller = Where::here());
std::vector<Variable> chunk(const Variable& x, std::int64_t chunks, int axis = 0, Where caller = Where::here());
Variable diagonal(const Variable& x, std::int64_t offset = 0, int axis_a = 0, int axis_b = 1, Where caller = Where::here());
Variable diag_embed(const Variable& x, std::int64_t offset = 0, Where caller = Where::here());
Variable diag(const Variable& x, std::int64_t offset = 0, Where caller = Where::here());
Variable trace(const Variable& x, Where caller = Where::here());
Variable outer(const Variable& a, const Variable& b, Where caller = Where::here());

}  // namespace weft
