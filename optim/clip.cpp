#include <weft/optim/clip.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/indexing/row_sparse.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
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

// A sum of squares, stored as scale^2 sum.
struct Squares {
  double scale = 1, sum = 0;
};

// Returns the numbers of a parameter's gradient that may differ from 0.
Tensor gradient_values(const Variable& parameter) {
  if (RowSparse rows = parameter.grad_rows(); rows.defined()) return rows.values;
  return parameter.grad().tensor();
}
double sum_of_squares(const Variable& parameter, double scale) {
  const auto squares = [&](const Tensor& x) { return square(scale == 1 ? x : x / scale); };
  if (RowSparse rows = parameter.grad_rows(); rows.defined()) return sum({rows.rows, squares(rows.values), rows.count}).item();
  return sum(squares(parameter.grad().tensor())).item();
}

// If squares over- or underflow, or might have, the gradient is first divided by its largest number.
Squares squares_of(const Variable& parameter) {
  if (!parameter.has_grad()) return {};
  const Tensor values = gradient_values(parameter);
  const double sum = sum_of_squares(parameter, 1), count = static_cast<double>(values.numel());
  const bool single = values.dtype() == DType::f32;
  const double least = single ? 0x1p-126 / 0x1p-23 : 0x1p-1022 / 0x1p-52, most = single ? 0x1p128 : 0x1p1000;
  if (!(sum < count * least || sum >= most) || count == 0) return {1, sum};
  const double largest = max(abs(values)).item();
  if (!(largest > 0 && std::isfinite(largest))) return {1, largest};
  return {largest, sum_of_squares(parameter, largest)};
}

}  // namespace

double gradient_norm(const std::vector<Variable>& parameters, Where caller) {
  check_parameters("gradient_norm", parameters, caller);
  std::vector<Squares> all;
  double scale = 0;  // the largest of the scales
  for (const Variable& parameter : parameters) {
    all.push_back(squares_of(parameter));
    if (all.back().sum != 0) scale = std::max(scale, all.back().scale);
  }
  double squares = 0;
  for (const Squares& part : all)
    if (part.sum != 0) squares += (part.scale / scale) * (part.scale / scale) * part.sum;
  return scale * std::sqrt(squares);
}

void scale_gradients(const std::vector<Variable>& parameters, double factor, Where caller) {
  check_parameters("scale_gradients", parameters, caller);
  change_gradients(parameters, [&](const Tensor& gradient) { return gradient * factor; });
}

double clip_grad_norm(const std::vector<Variable>& parameters, double max_norm, Where caller) {
  check<ValueError>(max_norm > 0, caller, "clip_grad_norm: max_norm is ", max_norm, ", not above 0");
  check_parameters("clip_grad_norm", parameters, caller);
  double norm = gradient_norm(parameters);
  if (!std::isfinite(norm) || norm <= max_norm) return norm;
  // Scales in two steps if the factor itself might be too small for f32.
  const double factor = max_norm / norm, step = factor < 0x1p-100 ? std::sqrt(factor) : 1;
  if (step != 1) scale_gradients(parameters, step);
  scale_gradients(parameters, factor / step);
  return norm;
}

void clip_grad_value(const std::vector<Variable>& parameters, double limit, Where caller) {
  check<ValueError>(limit > 0, caller, "clip_grad_value: limit is ", limit, ", not above 0");
  check_parameters("clip_grad_value", parameters, caller);
  change_gradients(parameters, [&](const Tensor& gradient) { return clamp(gradient, -limit, limit); });
}

}  // namespace weft::optim
