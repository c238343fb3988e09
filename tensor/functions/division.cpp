#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/detail/pairwise.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/functions/division.h>

#include <cmath>

namespace weft {

namespace {

// Applies the rule to numbers of the common dtype, of which at least one is floating.
template <class Rule>
Tensor by_numbers(const char* op, const Tensor& a, const Tensor& b, Where caller, Rule rule) {
  const DType dtype = promote_types(a.dtype(), b.dtype());
  Tensor result;
  visit_floating(op, dtype, caller, [&](auto type) {
    result = pairwise<decltype(type), decltype(type)>(op, cast(a, dtype), cast(b, dtype), caller, rule);
  });
  return result;
}

void check_both(const char* op, const Tensor& a, const Tensor& b, Where caller) {
  check_defined(op, "first argument", a, caller);
  check_defined(op, "second argument", b, caller);
}

// A number beside a tensor has the tensor's dtype; a fraction beside integers has f32.
Tensor beside(const char* op, const Tensor& a, Divisor b, Where caller) {
  check_defined(op, a, caller);
  if (b.is_whole && integer::alone(a)) return integer::scalar(op, a, b.whole, caller);
  const double number = b.is_whole ? static_cast<double>(b.whole) : b.real;
  if (integer::alone(a, number)) return integer::scalar(op, a, number, caller);
  return full({}, number, real_type(a.dtype()));
}

template <class T>
T python_remainder(T a, T b) {
  const T rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

// The quotient of what fmod takes from a, which division rounds to a whole number or close to one, and one less if the remainder
// has the sign of b.
template <class T>
T python_quotient(T a, T b) {
  if (b == 0) return a / b;
  const T rest = std::fmod(a, b);
  const T quotient = (a - rest) / b - (rest != 0 && (rest < 0) != (b < 0) ? 1 : 0), whole = std::floor(quotient);
  if (whole == 0 && quotient - whole <= T(0.5)) return std::copysign(T(0), a / b);
  return quotient - whole > T(0.5) ? whole + 1 : whole;
}

}  // namespace

Tensor floor_divide(const Tensor& a, const Tensor& b, Where caller) {
  check_both("floor_divide", a, b, caller);
  if (integer::alone(a, b)) return integer::floor_divide(a, b, caller);
  return by_numbers("floor_divide", a, b, caller, [](auto x, auto y) { return python_quotient(x, y); });
}
Tensor floor_divide(const Tensor& a, Divisor b, Where caller) {
  return floor_divide(a, beside("floor_divide", a, b, caller), caller);
}

Tensor remainder(const Tensor& a, const Tensor& b, Where caller) {
  check_both("remainder", a, b, caller);
  if (integer::alone(a, b)) return integer::remainder(a, b, caller);
  return by_numbers("remainder", a, b, caller, [](auto x, auto y) { return python_remainder(x, y); });
}
Tensor remainder(const Tensor& a, Divisor b, Where caller) { return remainder(a, beside("remainder", a, b, caller), caller); }

Tensor fmod(const Tensor& a, const Tensor& b, Where caller) {
  check_both("fmod", a, b, caller);
  if (integer::alone(a, b)) return integer::fmod(a, b, caller);
  return by_numbers("fmod", a, b, caller, [](auto x, auto y) { return std::fmod(x, y); });
}
Tensor fmod(const Tensor& a, Divisor b, Where caller) { return fmod(a, beside("fmod", a, b, caller), caller); }

}  // namespace weft
