// Reductions of Variables: those of tensor/reduction/reduce.h, entered into the graph.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/reduction/reduce.h>

namespace weft {

Variable sum(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
Variable mean(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
Variable mean(const Variable& x, const Tensor& lengths, Where where = Where::here());
// The gradient goes to the element that argmax (argmin) names.
Variable max(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
Variable min(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
Variable logsumexp(const Variable& x, const Axes& axes = {}, bool keepdim = false, Where where = Where::here());
// x minus its mean over some axes, which it broadcasts against.
Variable centered(const Variable& x, const Axes& axes = {}, Where where = Where::here());
Variable var(const Variable& x, const Axes& axes = {}, double correction = 1, bool keepdim = false, Where where = Where::here());
// The gradient is 0 where the norm is and for p = 0, and for an infinite p goes to the first of the largest (smallest) elements.
Variable norm(const Variable& x, const Axes& axes = {}, double p = 2, bool keepdim = false, Where where = Where::here());

Variable sum_to(const Variable& x, const Shape& shape, Where where = Where::here());

}  // namespace weft
