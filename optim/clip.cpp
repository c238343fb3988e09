#include <weft/optim/clip.h>
#include <weft/tensor/math.h>
#include <weft/tensor/reduce.h>
#include <weft/tensor/row_sparse.h>

#include <cmath>

namespace weft::optim {

namespace {

// Replaces each gradient by change(gradient), element by element; change(0) is 0, so that row-sparse ones stay so.
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

double sum_of_squares(const Variable& parameter) {
  if (!parameter.has_grad()) return 0;
  if (RowSparse rows = parameter.grad_rows(); rows.defined()) return sum({rows.rows, square(rows.values), rows.count}).item();
  return sum(square(parameter.grad().tensor())).item();
}

}  // namespace

double gradient_norm(const std::vector<Variable>& parameters) {
  double squares = 0;
  for (const Variable& parameter : parameters) squares += sum_of_squares(parameter);
  return std::sqrt(squares);
}

void scale_gradients(const std::vector<Variable>& parameters, double factor) {
  change_gradients(parameters, [&](const Tensor& gradient) { return gradient * factor; });
}

double clip_grad_norm(const std::vector<Variable>& parameters, double max_norm, Where where) {
  check<ValueError>(max_norm > 0, where, "clip_grad_norm: max_norm is ", max_norm, ", not above 0");
  double norm = gradient_norm(parameters);
  if (!std::isfinite(norm) || norm <= max_norm) return norm;
  scale_gradients(parameters, max_norm / norm);
  return norm;
}

void clip_grad_value(const std::vector<Variable>& parameters, double limit, Where where) {
  check<ValueError>(limit > 0, where, "clip_grad_value: limit is ", limit, ", not above 0");
  change_gradients(parameters, [&](const Tensor& gradient) { return clamp(gradient, -limit, limit); });
}

}  // namespace weft::optim
