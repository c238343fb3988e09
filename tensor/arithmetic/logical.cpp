#include <weft/tensor/arithmetic/detail/pairwise.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/runtime/float_mode.h>

#include <cmath>

namespace weft {

namespace {

// Returns a number that compares with 0 as x compares with y, or NaN if y is NaN.
double order(std::int64_t x, double y) {
  if (std::isnan(y) || y >= 0x1p63 || y < -0x1p63) return std::isnan(y) ? y : y > 0 ? -1 : 1;
  const auto whole = static_cast<std::int64_t>(y);
  if (x != whole) return x < whole ? -1 : 1;
  return static_cast<double>(whole) - y;  // minus the fraction of y
}

// An integer and a floating dtype that no common dtype can represent are compared exactly. All others are converted to a dtype
// that holds both: i64 holds all integers, f64 holds f32 and the smaller integers.
template <class Rule>
Tensor compare_mixed(const char* op, const Tensor& a, const Tensor& b, Where caller, Rule rule) {
  const DType common = promote_types(a.dtype(), b.dtype());
  if (!is_floating(common)) return pairwise<bool, std::int64_t>(op, cast(a, DType::i64), cast(b, DType::i64), caller, rule);
  if (a.dtype() == DType::i64)
    return pairwise<bool, std::int64_t, double>(op, a, cast(b, DType::f64), caller,
                                                [rule](std::int64_t x, double y) { return rule(order(x, y), 0.0); });
  if (b.dtype() == DType::i64)
    return pairwise<bool, double, std::int64_t>(op, cast(a, DType::f64), b, caller,
                                                [rule](double x, std::int64_t y) { return rule(0.0, order(y, x)); });
  return pairwise<bool, double>(op, cast(a, DType::f64), cast(b, DType::f64), caller, rule);
}

template <class Rule>
Tensor compare(const char* op, const Tensor& a, const Tensor& b, Where caller, Rule rule) {
  check_defined(op, "first argument", a, caller);
  check_defined(op, "second argument", b, caller);
  const KeepDenormals exact;
  if (a.dtype() != b.dtype()) return compare_mixed(op, a, b, caller, rule);
  return visit(a.dtype(), [&](auto type) { return pairwise<bool, decltype(type)>(op, a, b, caller, rule); });
}

// Converts the number to the tensor's dtype, or to f64 beside integers whose dtype cannot hold it.
template <class Rule>
Tensor compare(const char* op, const Tensor& a, AtNumber b, Rule rule) {
  check_defined(op, a, b.caller);
  const bool has = a.dtype() != DType::boolean && holds(a.dtype(), b.value);
  return rule(a, full({}, b.value, has ? a.dtype() : DType::f64), b.caller);
}

Tensor truth(const char* op, const Tensor& a, Where caller) {
  check_defined(op, a, caller);
  return cast(a, DType::boolean);
}

}  // namespace

Tensor equal(const Tensor& a, const Tensor& b, Where caller) {
  return compare("equal", a, b, caller, [](auto x, auto y) { return x == y; });
}
Tensor not_equal(const Tensor& a, const Tensor& b, Where caller) {
  return compare("not_equal", a, b, caller, [](auto x, auto y) { return x != y; });
}
Tensor less(const Tensor& a, const Tensor& b, Where caller) {
  return compare("less", a, b, caller, [](auto x, auto y) { return x < y; });
}
Tensor less_equal(const Tensor& a, const Tensor& b, Where caller) {
  return compare("less_equal", a, b, caller, [](auto x, auto y) { return x <= y; });
}
Tensor greater(const Tensor& a, const Tensor& b, Where caller) {
  return compare("greater", a, b, caller, [](auto x, auto y) { return x > y; });
}
Tensor greater_equal(const Tensor& a, const Tensor& b, Where caller) {
  return compare("greater_equal", a, b, caller, [](auto x, auto y) { return x >= y; });
}

Tensor logical_not(const Tensor& a, Where caller) {
  Tensor value = truth("logical_not", a, caller);
  return pairwise<bool, bool>("logical_not", value, value, caller, [](bool x, bool) { return !x; });
}
Tensor logical_and(const Tensor& a, const Tensor& b, Where caller) {
  return pairwise<bool, bool>("logical_and", truth("logical_and", a, caller), truth("logical_and", b, caller), caller,
                              [](bool x, bool y) { return x && y; });
}
Tensor logical_or(const Tensor& a, const Tensor& b, Where caller) {
  return pairwise<bool, bool>("logical_or", truth("logical_or", a, caller), truth("logical_or", b, caller), caller,
                              [](bool x, bool y) { return x || y; });
}
Tensor logical_xor(const Tensor& a, const Tensor& b, Where caller) {
  return pairwise<bool, bool>("logical_xor", truth("logical_xor", a, caller), truth("logical_xor", b, caller), caller,
                              [](bool x, bool y) { return x != y; });
}

Tensor operator==(AtExactly<Tensor> a, At<Tensor> b) { return equal(a.value, b.value, b.caller); }
Tensor operator==(const Tensor& a, AtNumber b) { return compare("equal", a, b, equal); }
Tensor operator!=(const Tensor& a, At<Tensor> b) { return not_equal(a, b.value, b.caller); }
Tensor operator!=(const Tensor& a, AtNumber b) { return compare("not_equal", a, b, not_equal); }
Tensor operator<(const Tensor& a, At<Tensor> b) { return less(a, b.value, b.caller); }
Tensor operator<(const Tensor& a, AtNumber b) { return compare("less", a, b, less); }
Tensor operator<=(const Tensor& a, At<Tensor> b) { return less_equal(a, b.value, b.caller); }
Tensor operator<=(const Tensor& a, AtNumber b) { return compare("less_equal", a, b, less_equal); }
Tensor operator>(const Tensor& a, At<Tensor> b) { return greater(a, b.value, b.caller); }
Tensor operator>(const Tensor& a, AtNumber b) { return compare("greater", a, b, greater); }
Tensor operator>=(const Tensor& a, At<Tensor> b) { return greater_equal(a, b.value, b.caller); }
Tensor operator>=(const Tensor& a, AtNumber b) { return compare("greater_equal", a, b, greater_equal); }
Tensor operator==(AtNumber a, const Tensor& b) { return compare("equal", b, a, equal); }
Tensor operator!=(AtNumber a, const Tensor& b) { return compare("not_equal", b, a, not_equal); }
Tensor operator<(AtNumber a, const Tensor& b) { return compare("less", b, a, greater); }
Tensor operator<=(AtNumber a, const Tensor& b) { return compare("less_equal", b, a, greater_equal); }
Tensor operator>(AtNumber a, const Tensor& b) { return compare("greater", b, a, less); }
Tensor operator>=(AtNumber a, const Tensor& b) { return compare("greater_equal", b, a, less_equal); }

}  // namespace weft
