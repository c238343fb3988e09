// logsumexp, var, norm.
#include <weft/tensor/create.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/math.h>
#include <weft/tensor/profile_scope.h>
#include <weft/tensor/reduce.h>
#include <weft/tensor/views.h>

#include <cmath>
#include <limits>

namespace weft {

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();

void check_floating(const char* op, const Tensor& x, Where where) {
  check_defined(op, x, where);
  check<DtypeError>(is_floating(x.dtype()), where, op, ": takes f32 or f64, not ", x.dtype());
}
}  // namespace

Tensor logsumexp(const Tensor& x, const Axes& axes, bool keepdim, Where where) {
  OpScope profile("logsumexp", where, x);
  check_floating("logsumexp", x, where);
  const unsigned mask = axis_mask("logsumexp", axes, x, where);
  const Shape shape = reduced_shape(x.shape(), mask, keepdim);
  if (reduced_count(x.shape(), mask) == 0) return full(shape, -kInfinity, x.dtype());
  const Tensor largest = max(x, axes, true, where);
  const Tensor shift = weft::where(abs(largest) < kInfinity, largest, 0.0);
  return reshape(log(sum(exp(x - shift), axes, true, where)) + shift, shape);
}

Tensor var(const Tensor& x, const Axes& axes, double correction, bool keepdim, Where where) {
  OpScope profile("var", where, x);
  check_floating("var", x, where);
  const unsigned mask = axis_mask("var", axes, x, where);
  const double divisor = static_cast<double>(reduced_count(x.shape(), mask)) - correction;
  return sum(square(x - mean(x, axes, true, where)), axes, keepdim, where) / std::max(divisor, 0.0);
}

Tensor norm(const Tensor& x, const Axes& axes, double p, bool keepdim, Where where) {
  OpScope profile("norm", where, x);
  check_floating("norm", x, where);
  check<ValueError>(p > 0, where, "norm: p is ", p, ", not above 0");
  if (p == kInfinity) return max(abs(x), axes, keepdim, where);
  if (p == 2) return sqrt(sum(square(x), axes, keepdim, where));
  if (p == 1) return sum(abs(x), axes, keepdim, where);
  return pow(sum(pow(abs(x), p), axes, keepdim, where), 1 / p);
}

}  // namespace weft
