#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weft {

bool is_finite(const Tensor& x) {
  if (!is_floating(x.dtype())) return true;
  OpScope profile("is_finite", {}, x);
  Tensor whole = contiguous(x);
  return visit_floating("is_finite", x.dtype(), {}, [&](auto type) {
    auto values = whole.span<decltype(type)>();
    return std::all_of(values.begin(), values.end(), [](auto v) { return std::isfinite(v); });
  });
}

bool equal_bits(const Tensor& a, const Tensor& b) {
  if (!(a.shape() == b.shape()) || a.dtype() != b.dtype()) return false;
  Tensor left = contiguous(a), right = contiguous(b);
  return std::memcmp(left.raw(), right.raw(), static_cast<std::size_t>(a.numel() * size_of(a.dtype()))) == 0;
}

bool all_close(const Tensor& a, const Tensor& b, double relative, double absolute) {
  if (!(a.shape() == b.shape())) return false;
  Tensor left = contiguous(cast(a, DType::f64)), right = contiguous(cast(b, DType::f64));
  auto x = left.span<double>(), y = right.span<double>();
  return std::equal(x.begin(), x.end(), y.begin(), [&](double p, double q) {
    return p == q || (std::isfinite(p - q) && std::abs(p - q) <= absolute + relative * std::abs(q));
  });
}

double max_difference(const Tensor& a, const Tensor& b, Where caller) {
  check<ShapeError>(a.shape() == b.shape(), caller, "max_difference: shapes differ: ", a.shape(), " and ", b.shape());
  Tensor left = contiguous(cast(a, DType::f64)), right = contiguous(cast(b, DType::f64));
  auto x = left.span<double>(), y = right.span<double>();
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = x[i] == y[i] ? 0 : std::abs(x[i] - y[i]);  // equal infinities have difference 0
    if (std::isnan(difference)) return difference;
    largest = std::max(largest, difference);
  }
  return largest;
}

}  // namespace weft
