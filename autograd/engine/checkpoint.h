// Recomputing intermediate values instead of storing them.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <functional>

namespace weft {

using VariableFunction = std::function<std::vector<Variable>(const std::vector<Variable>&)>;

// Returns function(inputs), recorded in the graph as a single node: intermediate values are not stored but recomputed when
// gradients are needed. The function must be pure, except that it may draw random numbers on its own thread: the recomputation
// draws the same ones, and no generator advances. Gradients reach `inputs`, some of which may be undefined, and any other leaves
// that the function uses, such as the parameters of layers. Throws GradError if it uses a value with a graph that is not among
// the inputs, and if it draws different random numbers the second time.
std::vector<Variable> checkpoint(const VariableFunction& function, const std::vector<Variable>& inputs,
                                 Where caller = Where::here());

// Returns the gradients of sum(function(inputs) * seeds) with respect to the inputs, of any order: like grad(), but for a
// function instead of a graph. An undefined seed counts as zeros. Inputs that are not floating, or that the results do not depend
// on, get zeros.
std::vector<Variable> gradients_of(const VariableFunction& function, const std::vector<Variable>& inputs,
                                   const std::vector<Variable>& seeds, Where caller = Where::here());

}  // namespace weft
