#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/pairwise.h>

#include <cmath>

namespace weft {

namespace {

template <class Rule>
Tensor compare(const char* op, const Tensor& a, const Tensor& b, Where where, Rule rule) {
  check<DtypeError>(a.dtype() == b.dtype(), where, op, ": dtypes differ: ", a.dtype(), " and ", b.dtype());
  return visit(a.dtype(), [&](auto type) { return pairwise<bool, decltype(type)>(op, a, b, where, rule); });
}

// The tensor and the number in a dtype that has both.
template <class Rule>
Tensor compare(const Tensor& a, AtNumber b, Rule rule) {
  bool whole =
      std::abs(b.value) < 0x1p31 && b.value == std::trunc(b.value) && (a.dtype() != DType::u8 || (b.value >= 0 && b.value < 256));
  bool exact = is_floating(a.dtype()) || (whole && a.dtype() != DType::boolean);
  DType dtype = exact ? a.dtype() : DType::f64;
  return rule(cast(a, dtype), full({}, b.value, dtype), b.where);
}

Tensor truth(const Tensor& a) { return cast(a, DType::boolean); }

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
  Tensor value = truth(a);
  return pairwise<bool, bool>("logical_not", value, value, where, [](bool x, bool) { return !x; });
}
Tensor logical_and(const Tensor& a, const Tensor& b, Where where) {
  return pairwise<bool, bool>("logical_and", truth(a), truth(b), where, [](bool x, bool y) { return x && y; });
}
Tensor logical_or(const Tensor& a, const Tensor& b, Where where) {
  return pairwise<bool, bool>("logical_or", truth(a), truth(b), where, [](bool x, bool y) { return x || y; });
}
Tensor logical_xor(const Tensor& a, const Tensor& b, Where where) {
  return pairwise<bool, bool>("logical_xor", truth(a), truth(b), where, [](bool x, bool y) { return x != y; });
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
