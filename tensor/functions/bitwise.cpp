#include <weft/tensor/arithmetic/detail/pairwise.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/functions/bitwise.h>

#include <type_traits>

namespace weft {

namespace {

// Applies rule(x, y) to the common dtype of two integers.
template <class Rule>
Tensor by_bits(const char* op, const Tensor& a, const Tensor& b, Where caller, Rule rule) {
  check_defined(op, "first argument", a, caller);
  check_defined(op, "second argument", b, caller);
  check<DtypeError>(!is_floating(a.dtype()) && !is_floating(b.dtype()), caller, op, ": takes integers and bools, not ", a.dtype(),
                    " and ", b.dtype());
  const DType dtype = promote_types(a.dtype(), b.dtype());
  return visit(dtype, [&](auto type) -> Tensor {
    using T = decltype(type);
    if constexpr (std::is_floating_point_v<T>)
      return {};
    else
      return pairwise<T, T>(op, cast(a, dtype), cast(b, dtype), caller, [rule](T x, T y) { return static_cast<T>(rule(x, y)); });
  });
}

// Shifts as unsigned numbers, whose overflow is defined, in the width of the dtype.
template <class Rule>
Tensor shifted(const char* op, const Tensor& a, const Tensor& b, Where caller, Rule rule) {
  check_defined(op, "second argument", b, caller);
  check_defined(op, "first argument", a, caller);
  const DType dtype = promote_types(a.dtype(), b.dtype());
  check<DtypeError>(is_integer(dtype), caller, op, ": takes integers, not ", a.dtype(), " and ", b.dtype());
  const auto bits = static_cast<std::int64_t>(8 * size_of(dtype));
  const Tensor shifts = contiguous(cast(b, DType::i64));
  for (std::int64_t shift : shifts.span<std::int64_t>())
    check<ValueError>(shift >= 0 && shift < bits, caller, op, ": a shift by ", shift, " is outside 0 .. ", bits - 1, " for ",
                      dtype);
  return by_bits(op, a, b, caller, rule);
}

}  // namespace

Tensor bitwise_and(const Tensor& a, const Tensor& b, Where caller) {
  return by_bits("bitwise_and", a, b, caller, [](auto x, auto y) { return x & y; });
}
Tensor bitwise_or(const Tensor& a, const Tensor& b, Where caller) {
  return by_bits("bitwise_or", a, b, caller, [](auto x, auto y) { return x | y; });
}
Tensor bitwise_xor(const Tensor& a, const Tensor& b, Where caller) {
  return by_bits("bitwise_xor", a, b, caller, [](auto x, auto y) { return x ^ y; });
}
Tensor bitwise_not(const Tensor& x, Where caller) {
  return by_bits("bitwise_not", x, x, caller, [](auto v, auto) {
    if constexpr (std::is_same_v<decltype(v), bool>)
      return !v;
    else
      return ~v;
  });
}
Tensor bitwise_left_shift(const Tensor& a, const Tensor& b, Where caller) {
  return shifted("bitwise_left_shift", a, b, caller, [](auto x, auto y) {
    using T = decltype(x);
    if constexpr (std::is_same_v<T, bool>)
      return x;
    else
      return static_cast<T>(static_cast<std::uint64_t>(x) << y);
  });
}
Tensor bitwise_right_shift(const Tensor& a, const Tensor& b, Where caller) {
  return shifted("bitwise_right_shift", a, b, caller, [](auto x, auto y) { return x >> y; });
}

}  // namespace weft
