// The functions of tensor/indexing/pick.h on Variables. Indices and masks get no gradient.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/indexing/pick.h>

namespace weft {

Variable masked_select(const Variable& x, const Tensor& mask, Where caller = Where::here());
Variable take(const Variable& x, const Tensor& index, Where caller = Where::here());
Variable repeat_interleave(const Variable& x, std::int64_t repeats, int axis = 0, Where caller = Where::here());
Variable repeat_interleave(const Variable& x, const Tensor& repeats, int axis = 0, Where caller = Where::here());
Variable index_add(const Variable& x, int axis, const Tensor& index, const Variable& source, double alpha = 1,
                   Where caller = Where::here());
Variable index_fill(const Variable& x, int axis, const Tensor& index, double value, Where caller = Where::here());

}  // namespace weft
