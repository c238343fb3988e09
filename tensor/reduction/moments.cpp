// logsumexp, var, norm.
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft {

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Returns the numbers to compute with: integers as f32.
Tensor real(const char* op, const Tensor& x, Where caller) {
  check_defined(op, x, caller);
  return cast(x, real_type(x.dtype()));
}

bool any(const Tensor& mask) {
  const auto values = mask.span<bool>();
  return std::find(values.begin(), values.end(), true) != values.end();
}

// True where sums of powers of x have overflowed, or are so small that summands may have underflowed.
Tensor out_of_range(const Tensor& sums, const Tensor& x) {
  return visit_floating("norm", x.dtype(), {}, [&](auto type) {
    using Limits = std::numeric_limits<decltype(type)>;
    const double count = static_cast<double>(x.numel()) / static_cast<double>(std::max<std::int64_t>(sums.numel(), 1));
    const double least = static_cast<double>(Limits::min()) / static_cast<double>(Limits::epsilon());
    return logical_or(sums < count * least, sums == kInfinity);
  });
}

// The p-norm over some axes, which are kept. Where powers over- or underflow, x is divided first by its largest element, or for p
// < 0 by its smallest.
template <class Powers, class Root>
Tensor scaled_norm(const Tensor& x, const Axes& axes, double p, Where caller, Powers powers, Root root) {
  const Tensor sums = sum(powers(x), axes, true, caller), plain = root(sums);
  const Tensor outside = out_of_range(sums, x);
  if (!any(outside)) return plain;
  const Tensor decides = p < 0 ? min(abs(x), axes, true, caller) : max(abs(x), axes, true, caller);
  const Tensor scale = where(logical_and(decides > 0, decides < kInfinity), decides, 1.0);
  return where(outside, scale * root(sum(powers(x / scale), axes, true, caller)), plain);
}
}  // namespace

Tensor logsumexp(const Tensor& numbers, const Axes& axes, bool keepdim, Where caller) {
  OpScope profile("logsumexp", caller, numbers);
  const Tensor x = real("logsumexp", numbers, caller);
  const unsigned mask = axis_mask("logsumexp", axes, x, caller);
  const Shape shape = reduced_shape(x.shape(), mask, keepdim);
  if (reduced_count(x.shape(), mask) == 0) return full(shape, -kInfinity, x.dtype());
  const Tensor largest = max(x, axes, true, caller);
  const Tensor shift = where(abs(largest) < kInfinity, largest, 0.0);
  return reshape(log(sum(exp(x - shift), axes, true, caller)) + shift, shape);
}

Deviations deviations(const Tensor& x, const Axes& axes, Where caller) {
  const Tensor center = mean(x, axes, true, caller);
  Deviations result{x - center, {}};
  result.squares = sum(square(result.apart), axes, true, caller);
  // The rounding error of the mean of numbers far from 0 may exceed their differences; the mean of the differences corrects it.
  const double count = static_cast<double>(x.numel()) / static_cast<double>(std::max<std::int64_t>(center.numel(), 1));
  const Tensor far = result.squares < square(center) * (count / 16);
  if (!any(far)) return result;
  const Tensor corrected = x - where(far, center + mean(result.apart, axes, true, caller), center);
  // Repeated, because the corrected mean may not be representable in the dtype.
  result.apart = corrected - where(far, mean(corrected, axes, true, caller), 0.0);
  result.squares = sum(square(result.apart), axes, true, caller);
  return result;
}

Tensor var(const Tensor& numbers, const Axes& axes, double correction, bool keepdim, Where caller) {
  OpScope profile("var", caller, numbers);
  const Tensor x = real("var", numbers, caller);
  const unsigned mask = axis_mask("var", axes, x, caller);
  const double divisor = static_cast<double>(reduced_count(x.shape(), mask)) - correction;
  return reshape(deviations(x, axes, caller).squares, reduced_shape(x.shape(), mask, keepdim)) / std::max(divisor, 0.0);
}

Tensor norm(const Tensor& numbers, const Axes& axes, double p, bool keepdim, Where caller) {
  OpScope profile("norm", caller, numbers);
  const Tensor x = real("norm", numbers, caller);
  check<ValueError>(!std::isnan(p), caller, "norm: p is ", p);
  if (p == kInfinity) return max(abs(x), axes, keepdim, caller);
  if (p == -kInfinity) return min(abs(x), axes, keepdim, caller);
  if (p == 0) return cast(sum(cast(x, DType::boolean), axes, keepdim, caller), x.dtype());
  if (p == 1) return sum(abs(x), axes, keepdim, caller);
  const Tensor kept =
      p == 2 ? scaled_norm(
                   x, axes, p, caller, [](const Tensor& t) { return square(t); }, [](const Tensor& t) { return sqrt(t); })
             : scaled_norm(
                   x, axes, p, caller, [p](const Tensor& t) { return pow(abs(t), p); },
                   [p](const Tensor& t) { return pow(t, 1 / p); });
  return reshape(kept, reduced_shape(x.shape(), axis_mask("norm", axes, x, caller), keepdim));
}

}  // namespace weft
