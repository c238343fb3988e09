#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/detail/pairwise.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/elementwise/detail/piecewise_ops.h>
#include <weft/tensor/functions/classify.h>
#include <weft/tensor/runtime/float_mode.h>

#include <cmath>
#include <limits>

namespace weft {

namespace {

template <class Rule>
Tensor classify(const char* op, const Tensor& x, Where caller, bool of_integers, Rule rule) {
  check_defined(op, x, caller);
  if (!is_floating(x.dtype())) return full(x.shape(), of_integers ? 1 : 0, DType::boolean);
  Tensor result;
  visit_floating(op, x.dtype(), caller, [&](auto type) {
    result = pairwise<bool, decltype(type)>(op, x, x, caller, [&](auto v, auto) { return rule(v); });
  });
  return result;
}

}  // namespace

Tensor isnan(const Tensor& x, Where caller) {
  return classify("isnan", x, caller, false, [](auto v) { return std::isnan(v); });
}
Tensor isinf(const Tensor& x, Where caller) {
  return classify("isinf", x, caller, false, [](auto v) { return std::isinf(v); });
}
Tensor isfinite(const Tensor& x, Where caller) {
  return classify("isfinite", x, caller, true, [](auto v) { return std::isfinite(v); });
}

Tensor isclose(const Tensor& a, const Tensor& b, double relative, double absolute, Where caller) {
  check_defined("isclose", "first argument", a, caller);
  check_defined("isclose", "second argument", b, caller);
  const KeepDenormals exact;
  return pairwise<bool, double>("isclose", cast(a, DType::f64), cast(b, DType::f64), caller, [=](double x, double y) {
    return x == y || (std::isfinite(y) && std::abs(x - y) <= absolute + relative * std::abs(y));
  });
}

Tensor nan_to_num(const Tensor& x, double nan, Where caller) {
  check_defined("nan_to_num", x, caller);
  if (integer::alone(x)) return x;
  const double most = x.dtype() == DType::f32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  return nan_to_num_op(x, nan, most, -most, caller);
}

}  // namespace weft
