#include <weft/optim/clip.h>
#include <weft/tensor/math.h>
#include <weft/tensor/reduce.h>

#include <cmath>

namespace weft::optim {

double gradient_norm(const std::vector<Variable>& parameters) {
  double squares = 0;
  for (const Variable& parameter : parameters)
    if (Variable grad = parameter.grad(); grad.defined()) squares += sum(square(grad.tensor())).item();
  return std::sqrt(squares);
}

double clip_grad_norm(const std::vector<Variable>& parameters, double max_norm, Where where) {
  check<ValueError>(max_norm > 0, where, "clip_grad_norm: max_norm is ", max_norm, ", not above 0");
  double norm = gradient_norm(parameters);
  if (!std::isfinite(norm) || norm <= max_norm) return norm;
  for (Variable parameter : parameters)
    if (Variable grad = parameter.grad(); grad.defined()) parameter.set_grad(grad.tensor() * (max_norm / norm));
  return norm;
}

void clip_grad_value(const std::vector<Variable>& parameters, double limit, Where where) {
  check<ValueError>(limit > 0, where, "clip_grad_value: limit is ", limit, ", not above 0");
  for (Variable parameter : parameters)
    if (Variable grad = parameter.grad(); grad.defined()) parameter.set_grad(clamp(grad.tensor(), -limit, limit));
}

}  // namespace weft::optim
