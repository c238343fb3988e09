#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/detail/pairwise.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/elementwise/detail/piecewise_ops.h>
#include <weft/tensor/functions/classify.h>
#include <weft/tensor/functions/detail/largest_number.h>
#include <weft/tensor/runtime/float_mode.h>

#include <cmath>

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
  if (integer::alone(a, b))
    return pairwise<bool, std::int64_t>("isclose", cast(a, DType::i64), cast(b, DType::i64), caller, [=](auto x, auto y) {
      const auto distance = x < y ? static_cast<std::uint64_t>(y) - static_cast<std::uint64_t>(x)
                                  : static_cast<std::uint64_t>(x) - static_cast<std::uint64_t>(y);
      return static_cast<double>(distance) <= absolute + relative * std::abs(static_cast<double>(y));
    });
  return pairwise<bool, double>("isclose", cast(a, DType::f64), cast(b, DType::f64), caller, [=](double x, double y) {
    return x == y || (std::isfinite(y) && std::abs(x - y) <= absolute + relative * std::abs(y));
  });
}

Tensor nan_to_num(const Tensor& x, const NanReplacements& replacements, Where caller) {
  check_defined("nan_to_num", x, caller);
  if (integer::alone(x)) return clone(x);
  const double most = largest_number(x.dtype());
  return nan_to_num_op(x, replacements.nan, replacements.posinf.value_or(most), replacements.neginf.value_or(-most), caller);
}

}  // namespace weft
