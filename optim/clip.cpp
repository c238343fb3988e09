#include <weft/optim/clip.h>
#include <weft/optim/detail/square_sum.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/indexing/row_sparse.h>

#include <cmath>

namespace weft::optim {

namespace {

void check_parameters(const char* function, const std::vector<Variable>& parameters, Where caller) {
  for (const Variable& parameter : parameters)
    check<ValueError>(parameter.defined(), caller, function, ": a parameter is undefined");
}

// Replaces each gradient by change(gradient), element by element; change(0) must be 0, so that row-sparse gradients stay
// row-sparse.
template <class Change>
void change_gradients(const std::vector<Variable>& parameters, Change change) {
  for (Variable parameter : parameters) {
    if (!parameter.has_grad()) continue;
    if (RowSparse rows = parameter.grad_rows(); rows.defined())
      parameter.set_grad_rows({rows.rows, change(rows.values), rows.count});
    else
      parameter.set_grad(change(parameter.grad().tensor()));
  }
}

SquareSum squares_of(const Variable& parameter) {
  if (!parameter.has_grad()) return {};
  if (const RowSparse rows = parameter.grad_rows(); rows.defined()) return square_sum(rows);
  return square_sum(parameter.grad().tensor());
}

}  // namespace

double gradient_norm(const std::vector<Variable>& parameters, Where caller) {
  check_parameters("gradient_norm", parameters, caller);
  std::vector<SquareSum> all;
  for (const Variable& parameter : parameters) all.push_back(squares_of(parameter));
  return norm_of(all);
}

void scale_gradients(const std::vector<Variable>& parameters, double factor, Where caller) {
  check_parameters("scale_gradients", parameters, caller);
  change_gradients(parameters, [&](const Tensor& gradient) { return gradient * factor; });
}

double clip_grad_norm(const std::vector<Variable>& parameters, double max_norm, Where caller) {
  check<ValueError>(max_norm > 0, caller, "clip_grad_norm: max_norm is ", max_norm, ", not above 0");
  check_parameters("clip_grad_norm", parameters, caller);
  const double norm = gradient_norm(parameters);
  scale_to_norm(parameters, norm, max_norm);
  return norm;
}

void scale_to_norm(const std::vector<Variable>& parameters, double norm, double max_norm, Where caller) {
  check_parameters("scale_to_norm", parameters, caller);
  if (!std::isfinite(norm) || norm <= max_norm) return;
  // Scales in two steps if the factor itself might be too small for f32.
  const double factor = max_norm / norm, step = factor < 0x1p-100 ? std::sqrt(factor) : 1;
  if (step != 1) scale_gradients(parameters, step);
  scale_gradients(parameters, factor / step);
}

void clip_grad_value(const std::vector<Variable>& parameters, double limit, Where caller) {
  check<ValueError>(limit > 0, caller, "clip_grad_value: limit is ", limit, ", not above 0");
  check_parameters("clip_grad_value", parameters, caller);
  change_gradients(parameters, [&](const Tensor& gradient) { return clamp(gradient, -limit, limit); });
}

}  // namespace weft::optim
