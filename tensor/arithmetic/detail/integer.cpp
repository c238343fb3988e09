#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/detail/pairwise.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/base/detail/promote.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace weft {

namespace {

// Calls f with the C++ type of an integer dtype.
template <class F>
decltype(auto) visit_integer(DType dtype, F&& f) {
  if (dtype == DType::i64) return f(std::int64_t{});
  if (dtype == DType::i32) return f(std::int32_t{});
  return f(std::uint8_t{});
}

// Returns whether a dtype other than bool can hold `number`.
bool is_value(DType dtype, std::int64_t number) {
  return visit_integer(dtype, [number](auto type) { return std::in_range<decltype(type)>(number); });
}
bool is_value(DType dtype, double number) { return holds(dtype, number); }

DType common_dtype(const char* op, const Tensor& a, const Tensor& b, Where caller) {
  check_defined(op, "first argument", a, caller);
  check_defined(op, "second argument", b, caller);
  return promote_types(a.dtype(), b.dtype());
}

DType number_dtype(const char* op, const Tensor& a, const Tensor& b, Where caller) {
  DType dtype = common_dtype(op, a, b, caller);
  check<DtypeError>(
      dtype != DType::boolean, caller, op,
      ": takes numbers, not bool; cast to one of the other dtypes first, or use logical_or, logical_and or logical_xor");
  return dtype;
}

// bool beside integers counts as 0 and 1.
template <class Rule>
Tensor calculate(const char* op, const Tensor& a, const Tensor& b, Where caller, Rule rule) {
  DType dtype = number_dtype(op, a, b, caller);
  return visit_integer(dtype, [&](auto type) {
    using T = decltype(type);
    return pairwise<T, T>(op, cast(a, dtype), cast(b, dtype), caller, rule);
  });
}

// Computes as unsigned, where overflow is defined to wrap.
template <class T, class Rule>
T wrap(T a, T b, Rule rule) {
  using U = std::make_unsigned_t<T>;
  return static_cast<T>(static_cast<U>(rule(static_cast<U>(a), static_cast<U>(b))));
}

template <class T>
T negative(T x) {
  return wrap(T{0}, x, [](auto p, auto q) { return p - q; });
}

template <class T>
bool is_minus_one(T x) {
  return std::is_signed_v<T> && x == static_cast<T>(-1);
}

template <class N>
Tensor exact_scalar(const char* op, const Tensor& x, N number, Where caller) {
  const bool truth = x.dtype() == DType::boolean;
  const bool fits = truth ? number == 0 || number == 1 : is_value(x.dtype(), number);
  check<DtypeError>(fits, caller, op, ": the number ", number, " cannot be represented as ", x.dtype(),
                    "; cast the tensor to f32 or f64 first");
  Tensor result(Shape(), x.dtype());
  visit(x.dtype(), [&](auto type) { *result.output<decltype(type)>() = static_cast<decltype(type)>(number); });
  return result;
}

void check_divisor(const char* op, const Tensor& b, Where caller) {
  Tensor whole = contiguous(cast(b, DType::i64));
  auto values = whole.span<std::int64_t>();
  check<ValueError>(std::find(values.begin(), values.end(), 0) == values.end(), caller, op, ": a divisor is 0");
}

}  // namespace

namespace integer {

Tensor scalar(const char* op, const Tensor& x, double number, Where caller) { return exact_scalar(op, x, number, caller); }
Tensor scalar(const char* op, const Tensor& x, std::int64_t number, Where caller) { return exact_scalar(op, x, number, caller); }

Tensor add(const Tensor& a, const Tensor& b, Where caller) {
  return calculate("add", a, b, caller, [](auto x, auto y) { return wrap(x, y, [](auto p, auto q) { return p + q; }); });
}
Tensor sub(const Tensor& a, const Tensor& b, Where caller) {
  return calculate("sub", a, b, caller, [](auto x, auto y) { return wrap(x, y, [](auto p, auto q) { return p - q; }); });
}
Tensor mul(const Tensor& a, const Tensor& b, Where caller) {
  return calculate("mul", a, b, caller, [](auto x, auto y) { return wrap(x, y, [](auto p, auto q) { return p * q; }); });
}
Tensor maximum(const Tensor& a, const Tensor& b, Where caller) {
  return calculate("maximum", a, b, caller, [](auto x, auto y) { return std::max(x, y); });
}
Tensor minimum(const Tensor& a, const Tensor& b, Where caller) {
  return calculate("minimum", a, b, caller, [](auto x, auto y) { return std::min(x, y); });
}
Tensor neg(const Tensor& x, Where caller) {
  return calculate("neg", x, x, caller, [](auto v, auto) { return negative(v); });
}
Tensor abs(const Tensor& x, Where caller) {
  return calculate("abs", x, x, caller, [](auto v, auto) { return v < decltype(v){0} ? negative(v) : v; });
}
Tensor square(const Tensor& x, Where caller) { return mul(x, x, caller); }
Tensor pow(const Tensor& x, const Tensor& exponent, Where caller) {
  check_defined("pow", "exponent", exponent, caller);
  const Tensor exponents = contiguous(cast(exponent, DType::i64));
  for (std::int64_t power : exponents.span<std::int64_t>())
    check<ValueError>(power >= 0, caller, "pow: an integer to the power of ", power,
                      " is not an integer; cast one to f32 or f64 first");
  return calculate("pow", x, exponent, caller, [](auto base, auto power) {
    using T = decltype(base);
    T result{1};
    const auto times = [](T a, T b) { return wrap(a, b, [](auto p, auto q) { return p * q; }); };
    for (; power > T{0}; power = static_cast<T>(power / 2)) {
      if (power % 2 != T{0}) result = times(result, base);
      base = times(base, base);
    }
    return result;
  });
}
Tensor clamp(const Tensor& x, double low, double high, Where caller) {
  Tensor raised = integer::maximum(x, scalar("clamp", x, low, caller), caller);
  return integer::minimum(raised, scalar("clamp", x, high, caller), caller);
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b, Where caller) {
  OpScope profile("where", caller, condition, a, b);
  DType dtype = common_dtype("where", a, b, caller);
  Shape shape = broadcast_shapes("where", a.shape(), b.shape(), caller);
  shape = broadcast_shapes("where", shape, condition.shape(), caller);
  Tensor truth = contiguous(expand(cast(condition, DType::boolean), shape, caller));
  Tensor result = clone(expand(cast(b, dtype), shape, caller)), other = contiguous(expand(cast(a, dtype), shape, caller));
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    T* to = result.output<T>();
    const T* from = other.data<T>();
    const bool* chosen = truth.data<bool>();
    parallel_for(shape.numel(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) to[i] = chosen[i] ? from[i] : to[i];
    });
  });
  return result;
}

Tensor floor_divide(const Tensor& a, const Tensor& b, Where caller) {
  check_divisor("floor_divide", b, caller);
  return calculate("floor_divide", a, b, caller, [](auto x, auto y) {
    using T = decltype(x);
    if (is_minus_one(y)) return negative(x);  // the smallest number has no opposite, and x / y would trap
    auto quotient = static_cast<T>(x / y);
    return static_cast<T>(quotient - ((x % y != 0 && (x < T{0}) != (y < T{0})) ? 1 : 0));
  });
}
Tensor remainder(const Tensor& a, const Tensor& b, Where caller) {
  check_divisor("remainder", b, caller);
  return calculate("remainder", a, b, caller, [](auto x, auto y) {
    using T = decltype(x);
    if (is_minus_one(y)) return T{0};
    auto rest = static_cast<T>(x % y);
    return static_cast<T>(rest != T{0} && (rest < T{0}) != (y < T{0}) ? rest + y : rest);
  });
}
Tensor fmod(const Tensor& a, const Tensor& b, Where caller) {
  check_divisor("fmod", b, caller);
  return calculate("fmod", a, b, caller, [](auto x, auto y) {
    using T = decltype(x);
    return is_minus_one(y) ? T{0} : static_cast<T>(x % y);
  });
}

}  // namespace integer

}  // namespace weft
