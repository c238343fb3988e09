// Picking elements of Variables by index: the ops of tensor/indexing/index.h, recorded in the graph. Indices and masks get no
// gradient.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/indexing/index.h>

namespace weft {

Variable index_select(const Variable& x, int axis, const Tensor& index, Where caller = Where::here());
Variable segment_sum(const Variable& x, const Tensor& index, std::int64_t count, int axis = 0, Where caller = Where::here());

// Returns one row of weight [rows, dim] for each id: [ids..., dim]. The row of `padding`, if given, gets no gradient.
Variable embedding(const Variable& weight, const Tensor& ids, std::optional<std::int64_t> padding = std::nullopt,
                   Where caller = Where::here());
Variable embedding_gradient(const Variable& gradient, const Tensor& ids, std::int64_t rows,
                            std::optional<std::int64_t> padding = std::nullopt, Where caller = Where::here());

Variable gather(const Variable& x, int axis, const Tensor& index, Where caller = Where::here());
Variable scatter_add(const Variable& x, int axis, const Tensor& index, const Variable& source, Where caller = Where::here());
Variable masked_fill(const Variable& x, const Tensor& mask, AtNumber value, Where caller = Where::here());
Variable tril(const Variable& x, std::int64_t diagonal = 0, Where caller = Where::here());
Variable triu(const Variable& x, std::int64_t diagonal = 0, Where caller = Where::here());

}  // namespace weft
