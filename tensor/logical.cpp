#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/pairwise.h>
#include <weft/tensor/promote.h>

#include <cmath>
#include <limits>

namespace weft {

namespace {

template <class Rule>
Tensor compare(const char* op, const Tensor& a, const Tensor& b, Where where, Rule rule) {
  check_defined(op, a, where);
  check_defined(op, b, where);
  check<DtypeError>(a.dtype() == b.dtype(), where, op, ": dtypes differ: ", a.dtype(), " and ", b.dtype());
  return visit(a.dtype(), [&](auto type) { return pairwise<bool, decltype(type)>(op, a, b, where, rule); });
}

// The tensor and the number in a dtype that has both: f64 has what the tensor's does not, and no i64 is rounded past it there.
template <class Rule>
Tensor compare(const Tensor& a, AtNumber b, Rule rule) {
  if (is_floating(a.dtype()) || (a.dtype() != DType::boolean && holds(a.dtype(), b.value)))
    return rule(a, full({}, b.value, a.dtype()), b.where);
  const bool outside = std::abs(b.value) >= 0x1p63;  // of i64, whose largest numbers are rounded up to this
  const double number = outside ? std::copysign(std::numeric_limits<double>::infinity(), b.value) : b.value;
  return rule(cast(a, DType::f64), full({}, number, DType::f64), b.where);
}

Tensor truth(const char* op, const Tensor& a, Where where) {
  check_defined(op, a, where);
  return cast(a, DType::boolean);
}

}  // namespace

Tensor equal(const Tensor& a, const Tensor& b, Where where) {
  return compare("equal", a, b, where, [](auto x, auto y) { return x == y; });
}
Tensor not_equal(const Tensor& a, const Tensor& b, Where where) {
  return compare("not_equal", a, b, where, [](auto x, auto y) { return x != y; });
}
Tensor less(const Tensor& a, const Tensor& b, Where where) {
  return compare("less", a, b, where, [](auto x, auto y) { return x < y; });
}
Tensor less_equal(const Tensor& a, const Tensor& b, Where where) {
  return compare("less_equal", a, b, where, [](auto x, auto y) { return x <= y; });
}
Tensor greater(const Tensor& a, const Tensor& b, Where where) {
  return compare("greater", a, b, where, [](auto x, auto y) { return x > y; });
}
Tensor greater_equal(const Tensor& a, const Tensor& b, Where where) {
  return compare("greater_equal", a, b, where, [](auto x, auto y) { return x >= y; });
}

Tensor logical_not(const Tensor& a, Where where) {
  Tensor value = truth("logical_not", a, where);
  return pairwise<bool, bool>("logical_not", value, value, where, [](bool x, bool) { return !x; });
}
Tensor logical_and(const Tensor& a, const Tensor& b, Where where) {
  return pairwise<bool, bool>("logical_and", truth("logical_and", a, where), truth("logical_and", b, where), where,
                              [](bool x, bool y) { return x && y; });
}
Tensor logical_or(const Tensor& a, const Tensor& b, Where where) {
  return pairwise<bool, bool>("logical_or", truth("logical_or", a, where), truth("logical_or", b, where), where,
                              [](bool x, bool y) { return x || y; });
}
Tensor logical_xor(const Tensor& a, const Tensor& b, Where where) {
  return pairwise<bool, bool>("logical_xor", truth("logical_xor", a, where), truth("logical_xor", b, where), where,
                              [](bool x, bool y) { return x != y; });
}

Tensor operator==(const Tensor& a, At<Tensor> b) { return equal(a, b.value, b.where); }
Tensor operator==(const Tensor& a, AtNumber b) { return compare(a, b, equal); }
Tensor operator!=(const Tensor& a, At<Tensor> b) { return not_equal(a, b.value, b.where); }
Tensor operator!=(const Tensor& a, AtNumber b) { return compare(a, b, not_equal); }
Tensor operator<(const Tensor& a, At<Tensor> b) { return less(a, b.value, b.where); }
Tensor operator<(const Tensor& a, AtNumber b) { return compare(a, b, less); }
Tensor operator<=(const Tensor& a, At<Tensor> b) { return less_equal(a, b.value, b.where); }
Tensor operator<=(const Tensor& a, AtNumber b) { return compare(a, b, less_equal); }
Tensor operator>(const Tensor& a, At<Tensor> b) { return greater(a, b.value, b.where); }
Tensor operator>(const Tensor& a, AtNumber b) { return compare(a, b, greater); }
Tensor operator>=(const Tensor& a, At<Tensor> b) { return greater_equal(a, b.value, b.where); }
Tensor operator>=(const Tensor& a, AtNumber b) { return compare(a, b, greater_equal); }

}  // namespace weft
