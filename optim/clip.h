// Limiting the size of gradients.
#pragma once

#include <weft/autograd/graph/variable.h>

namespace weft::optim {

// All of these throw ValueError for an undefined parameter.

// Returns the Euclidean norm of all gradients together; parameters without a gradient count as 0.
double gradient_norm(const std::vector<Variable>& parameters, Where caller = Where::here());

// Scales all gradients by max_norm / norm if their common norm is larger (Pascanu et al. 2013). Returns the norm before scaling.
// If the norm is NaN or infinite the gradients do not change: the caller sees it in the result. Throws ValueError unless max_norm
// is above 0.
double clip_grad_norm(const std::vector<Variable>& parameters, double max_norm, Where caller = Where::here());

// Does the scaling alone, if the norm is known.
void scale_to_norm(const std::vector<Variable>& parameters, double norm, double max_norm, Where caller = Where::here());

// Clamps every number of every gradient to [-limit, limit]. Throws ValueError unless limit is above 0.
void clip_grad_value(const std::vector<Variable>& parameters, double limit, Where caller = Where::here());

// Multiplies every gradient by `factor`: sums over several backward passes become means.
void scale_gradients(const std::vector<Variable>& parameters, double factor, Where caller = Where::here());

}  // namespace weft::optim
