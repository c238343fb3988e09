// Activations of Variables beside those of math.h, as in tensor/functions/activations.h.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/functions/activations.h>

namespace weft {

Variable softsign(const Variable& x, Where caller = Where::here());
Variable mish(const Variable& x, Where caller = Where::here());
Variable logsigmoid(const Variable& x, Where caller = Where::here());
Variable tanhshrink(const Variable& x, Where caller = Where::here());
Variable gelu_tanh(const Variable& x, Where caller = Where::here());
Variable hardsigmoid(const Variable& x, Where caller = Where::here());
Variable hardswish(const Variable& x, Where caller = Where::here());
Variable celu(const Variable& x, double alpha = 1, Where caller = Where::here());
Variable selu(const Variable& x, Where caller = Where::here());
Variable softshrink(const Variable& x, double bound = 0.5, Where caller = Where::here());
Variable hardshrink(const Variable& x, double bound = 0.5, Where caller = Where::here());
Variable threshold(const Variable& x, double bound, double value, Where caller = Where::here());

}  // namespace weft
