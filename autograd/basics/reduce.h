// Reductions of Variables: those of tensor/reduction/reduce.h, recorded in the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/reduction/reduce.h>

namespace weft {

Variable sum(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Variable mean(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Variable mean(const Variable& x, const Tensor& lengths, Where caller = Where::here());
// The gradient goes to the element at the position that argmax (argmin) returns.
Variable max(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Variable min(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
Variable logsumexp(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where caller = Where::here());
// x minus its mean over some axes.
Variable centered(const Variable& x, const Axes& axes = {}, Where caller = Where::here());
Variable var(const Variable& x, const Axes& axes = {}, double correction = 1, bool keepdim = false, Where caller = Where::here());
// The gradient is 0 where the norm is 0 and for p = 0. For infinite p it goes to the first of the largest (smallest) elements.
Variable norm(const Variable& x, const Axes& axes = {}, double p = 2, bool keepdim = false, Where caller = Where::here());

Variable sum_to(const Variable& x, const Shape& shape, Where caller = Where::here());

}  // namespace weft
