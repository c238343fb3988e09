// Computing again instead of keeping.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <functional>

namespace weft {

using VariableFunction = std::function<std::vector<Variable>(const std::vector<Variable>&)>;

// function(inputs), entered into the graph as one node: what it computes on the way is not kept but computed again when gradients
// are asked for. The function must be pure, but it may draw random numbers on its own thread: then it draws the same ones again,
// and no generator moves. Gradients reach `inputs`, of which some may be undefined, and the leaves that the function uses
// besides, such as the parameters of layers. Throws GradError when it uses another value with a past that is not among the
// inputs, and when it draws other random numbers the second time.
std::vector<Variable> checkpoint(const VariableFunction& function, const std::vector<Variable>& inputs,
                                 Where where = Where::here());

// The gradients of sum(function(inputs) * seeds) by the inputs, of any order: like grad(), for a function instead of a graph.
// A seed that is undefined counts as zeros; inputs that are not floating, or that the results do not depend on, get zeros.
std::vector<Variable> gradients_of(const VariableFunction& function, const std::vector<Variable>& inputs,
                                   const std::vector<Variable>& seeds, Where where = Where::here());

}  // namespace weft
