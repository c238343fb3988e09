// Dual: a value and its derivatives with respect to some of the inputs (forward-mode differentiation).
//
// The value type V is a SIMD register (first order), a graph value (higher orders) or a trace (what a derivative needs). The
// rules of exp, tanh, ... are defined here once for all of them. The inputs that a number depends on are part of its type, so
// derivatives that are zero cost nothing and nothing is multiplied by zero.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

namespace weft {

// `active` has bit i set if the value depends on input i; partials[k] is the derivative with respect to the k-th set bit.
template <class V, unsigned active>
struct Dual {
  static constexpr unsigned kActive = active;

  V value;
  std::array<V, std::popcount(active)> partials;

  template <unsigned input>
  requires((active >> input & 1u) == 1u) const V& partial() const {
    return partials[std::popcount(active & ((1u << input) - 1))];
  }
};

// Literals that a formula may mix with duals.
template <class N>
concept Literal = std::is_arithmetic_v<N>;

// --- chain rule ---

// Returns f(a), given its value and the slope f'(a).
template <class V, unsigned A>
Dual<V, A> chain(const V& value, const Dual<V, A>& a, const V& slope) {
  Dual<V, A> result{value, {}};
  for (std::size_t k = 0; k < result.partials.size(); ++k) result.partials[k] = slope * a.partials[k];
  return result;
}

// Returns f(a, b) given its value; `from_a` and `from_b` turn a partial of a (of b) into its contribution.
template <class V, unsigned A, unsigned B, class FromA, class FromB>
Dual<V, A | B> combine(const V& value, const Dual<V, A>& a, const Dual<V, B>& b, FromA from_a, FromB from_b) {
  Dual<V, A | B> result{value, {}};
  auto one = [&]<unsigned input>(std::integral_constant<unsigned, input>) {
    constexpr unsigned bit = 1u << input;
    if constexpr ((A | B) & bit) {
      V& to = result.partials[std::popcount((A | B) & (bit - 1))];
      if constexpr ((A & bit) && (B & bit))
        to = from_a(a.template partial<input>()) + from_b(b.template partial<input>());
      else if constexpr (A & bit)
        to = from_a(a.template partial<input>());
      else
        to = from_b(b.template partial<input>());
    }
  };
  [&]<unsigned... input>(std::integer_sequence<unsigned, input...>) { (one(std::integral_constant<unsigned, input>{}), ...); }
  (std::make_integer_sequence<unsigned, 8>{});
  return result;
}

// --- arithmetic ---

template <class V, unsigned A, unsigned B>
auto operator+(const Dual<V, A>& a, const Dual<V, B>& b) {
  auto same = [](const V& d) { return d; };
  return combine(V(a.value + b.value), a, b, same, same);
}
template <class V, unsigned A, unsigned B>
auto operator-(const Dual<V, A>& a, const Dual<V, B>& b) {
  return combine(
      V(a.value - b.value), a, b, [](const V& d) { return d; }, [](const V& d) { return V(-d); });
}
template <class V, unsigned A, unsigned B>
auto operator*(const Dual<V, A>& a, const Dual<V, B>& b) {
  return combine(
      V(a.value * b.value), a, b, [&](const V& d) { return V(d * b.value); }, [&](const V& d) { return V(a.value * d); });
}
template <class V, unsigned A, unsigned B>
auto operator/(const Dual<V, A>& a, const Dual<V, B>& b) {
  V quotient = a.value / b.value;
  return combine(
      quotient, a, b, [&](const V& d) { return V(d / b.value); }, [&](const V& d) { return V(-(quotient * d) / b.value); });
}
template <class V, unsigned A>
Dual<V, A> operator-(const Dual<V, A>& a) {
  Dual<V, A> result{V(-a.value), {}};
  for (std::size_t k = 0; k < result.partials.size(); ++k) result.partials[k] = -a.partials[k];
  return result;
}

// Arithmetic with literals.
template <class V, unsigned A, Literal N>
Dual<V, A> operator+(const Dual<V, A>& a, N n) {
  return {V(a.value + V(n)), a.partials};
}
template <class V, unsigned A, Literal N>
Dual<V, A> operator+(N n, const Dual<V, A>& a) {
  return a + n;
}
template <class V, unsigned A, Literal N>
Dual<V, A> operator-(const Dual<V, A>& a, N n) {
  return {V(a.value - V(n)), a.partials};
}
template <class V, unsigned A, Literal N>
Dual<V, A> operator-(N n, const Dual<V, A>& a) {
  Dual<V, A> result = -a;
  result.value = V(n) - a.value;
  return result;
}
template <class V, unsigned A, Literal N>
Dual<V, A> operator*(const Dual<V, A>& a, N n) {
  return chain(V(a.value * V(n)), a, V(n));
}
template <class V, unsigned A, Literal N>
Dual<V, A> operator*(N n, const Dual<V, A>& a) {
  return a * n;
}
template <class V, unsigned A, Literal N>
Dual<V, A> operator/(const Dual<V, A>& a, N n) {
  Dual<V, A> result{V(a.value / V(n)), {}};
  for (std::size_t k = 0; k < result.partials.size(); ++k) result.partials[k] = a.partials[k] / V(n);
  return result;
}
template <class V, unsigned A, Literal N>
Dual<V, A> operator/(N n, const Dual<V, A>& a) {
  V quotient = V(n) / a.value;
  return chain(quotient, a, V(-quotient / a.value));
}

// --- comparisons, which look at the values only ---

template <class V, unsigned A, unsigned B>
auto operator<(const Dual<V, A>& a, const Dual<V, B>& b) {
  return a.value < b.value;
}
template <class V, unsigned A, unsigned B>
auto operator<=(const Dual<V, A>& a, const Dual<V, B>& b) {
  return a.value <= b.value;
}
template <class V, unsigned A, unsigned B>
auto operator>(const Dual<V, A>& a, const Dual<V, B>& b) {
  return a.value > b.value;
}
template <class V, unsigned A, unsigned B>
auto operator>=(const Dual<V, A>& a, const Dual<V, B>& b) {
  return a.value >= b.value;
}
template <class V, unsigned A, unsigned B>
auto operator==(const Dual<V, A>& a, const Dual<V, B>& b) {
  return a.value == b.value;
}
template <class V, unsigned A, unsigned B>
auto operator!=(const Dual<V, A>& a, const Dual<V, B>& b) {
  return a.value != b.value;
}
template <class V, unsigned A, Literal N>
auto operator==(const Dual<V, A>& a, N n) {
  return a.value == V(n);
}
template <class V, unsigned A, Literal N>
auto operator!=(const Dual<V, A>& a, N n) {
  return a.value != V(n);
}
template <class V, unsigned A, Literal N>
auto operator<(const Dual<V, A>& a, N n) {
  return a.value < V(n);
}
template <class V, unsigned A, Literal N>
auto operator<=(const Dual<V, A>& a, N n) {
  return a.value <= V(n);
}
template <class V, unsigned A, Literal N>
auto operator>(const Dual<V, A>& a, N n) {
  return a.value > V(n);
}
template <class V, unsigned A, Literal N>
auto operator>=(const Dual<V, A>& a, N n) {
  return a.value >= V(n);
}
template <class V, unsigned A, Literal N>
auto operator<(N n, const Dual<V, A>& a) {
  return a > n;
}
template <class V, unsigned A, Literal N>
auto operator<=(N n, const Dual<V, A>& a) {
  return a >= n;
}
template <class V, unsigned A, Literal N>
auto operator>(N n, const Dual<V, A>& a) {
  return a < n;
}
template <class V, unsigned A, Literal N>
auto operator>=(N n, const Dual<V, A>& a) {
  return a <= n;
}

template <class C>
struct IsDual : std::false_type {};
template <class V, unsigned A>
struct IsDual<Dual<V, A>> : std::true_type {};
template <class C>
concept Condition = !IsDual<C>::value;

// --- choices: each partial is chosen, not multiplied, so an infinite slope on the side not taken has no effect ---

template <Condition C, class V, unsigned A, unsigned B>
Dual<V, A | B> where(const C& condition, const Dual<V, A>& a, const Dual<V, B>& b) {
  auto share = [&]<unsigned input, class D>(std::integral_constant<unsigned, input>, const D& d) {
    if constexpr (D::kActive >> input & 1u)
      return d.template partial<input>();
    else
      return V(0);
  };
  Dual<V, A | B> result{where(condition, a.value, b.value), {}};
  auto one = [&]<unsigned input>(std::integral_constant<unsigned, input> i) {
    if constexpr ((A | B) >> input & 1u)
      result.partials[std::popcount((A | B) & ((1u << input) - 1))] = where(condition, share(i, a), share(i, b));
  };
  [&]<unsigned... input>(std::integer_sequence<unsigned, input...>) { (one(std::integral_constant<unsigned, input>{}), ...); }
  (std::make_integer_sequence<unsigned, 8>{});
  return result;
}
template <Condition C, class V, unsigned A, Literal N>
Dual<V, A> where(const C& condition, const Dual<V, A>& a, N n) {
  return where(condition, a, Dual<V, 0>{V(n), {}});
}
template <Condition C, class V, unsigned A, Literal N>
Dual<V, A> where(const C& condition, N n, const Dual<V, A>& a) {
  return where(condition, Dual<V, 0>{V(n), {}}, a);
}
// The condition is a mask passed as an argument of the formula: it has no derivative.
template <class V, unsigned M, class X, class Y>
auto where(const Dual<V, M>& condition, const X& a, const Y& b) {
  return where(condition.value != V(0), a, b);
}

// Where both are equal, the gradient goes to the first; NaN is chosen as for the value.
template <class V, unsigned A, unsigned B>
auto maximum(const Dual<V, A>& a, const Dual<V, B>& b) {
  return where(a.value >= b.value || a.value != a.value, a, b);
}
template <class V, unsigned A, unsigned B>
auto minimum(const Dual<V, A>& a, const Dual<V, B>& b) {
  return where(a.value <= b.value || a.value != a.value, a, b);
}
template <class V, unsigned A, Literal N>
auto maximum(const Dual<V, A>& a, N n) {
  return maximum(a, Dual<V, 0>{V(n), {}});
}
template <class V, unsigned A, Literal N>
auto minimum(const Dual<V, A>& a, N n) {
  return minimum(a, Dual<V, 0>{V(n), {}});
}
template <class V, unsigned A, Literal N>
auto maximum(N n, const Dual<V, A>& a) {
  return maximum(Dual<V, 0>{V(n), {}}, a);
}
template <class V, unsigned A, Literal N>
auto minimum(N n, const Dual<V, A>& a) {
  return minimum(Dual<V, 0>{V(n), {}}, a);
}

// --- functions ---
// The slopes of functions whose formula loses digits or meets inf * 0 (tanh_slope, ...) belong to the value type: registers
// compute them numerically, graph values express them in differentiable ops.

template <class V, unsigned A>
auto exp(const Dual<V, A>& a) {
  V y = exp(a.value);
  return chain(y, a, y);
}
template <class V, unsigned A>
auto expm1(const Dual<V, A>& a) {
  return chain(V(expm1(a.value)), a, V(exp(a.value)));
}
template <class V, unsigned A>
auto log(const Dual<V, A>& a) {
  return chain(V(log(a.value)), a, V(V(1) / a.value));
}
template <class V, unsigned A>
auto log1p(const Dual<V, A>& a) {
  return chain(V(log1p(a.value)), a, V(V(1) / (V(1) + a.value)));
}
template <class V, unsigned A>
auto sqrt(const Dual<V, A>& a) {
  V y = sqrt(a.value);
  return chain(y, a, V(V(0.5) / y));
}
template <class V, unsigned A>
auto tanh(const Dual<V, A>& a) {
  return chain(V(tanh(a.value)), a, V(tanh_slope(a.value)));
}
template <class V, unsigned A>
auto sigmoid(const Dual<V, A>& a) {
  V y = sigmoid(a.value);
  return chain(y, a, V(sigmoid_slope(a.value, y)));
}
// For the cells of recurrent layers: fewer steps, and slopes that lose digits where the result is near 1.
template <class V, unsigned A>
auto quick_tanh(const Dual<V, A>& a) {
  V y = quick_tanh(a.value);
  return chain(y, a, V(V(1) - y * y));
}
template <class V, unsigned A>
auto quick_sigmoid(const Dual<V, A>& a) {
  V y = quick_sigmoid(a.value);
  return chain(y, a, V(y * (V(1) - y)));
}
template <class V, unsigned A>
auto softplus(const Dual<V, A>& a) {
  return chain(V(softplus(a.value)), a, V(sigmoid(a.value)));
}
template <class V, unsigned A>
auto silu(const Dual<V, A>& a) {
  return chain(V(silu(a.value)), a, V(silu_slope(a.value)));
}
template <class V, unsigned A>
auto gelu(const Dual<V, A>& a) {
  return chain(V(gelu(a.value)), a, V(gelu_slope(a.value)));
}
template <class V, unsigned A>
auto erf(const Dual<V, A>& a) {
  return chain(V(erf(a.value)), a, V(erf_slope(a.value)));
}
template <class V, unsigned A>
auto normal_cdf(const Dual<V, A>& a) {
  return chain(V(normal_cdf(a.value)), a, V(normal_pdf(a.value)));
}
template <class V, unsigned A>
auto normal_pdf(const Dual<V, A>& a) {
  return chain(V(normal_pdf(a.value)), a, V(normal_pdf_slope(a.value)));
}
template <class V, unsigned A>
auto sin(const Dual<V, A>& a) {
  return chain(V(sin(a.value)), a, V(cos(a.value)));
}
template <class V, unsigned A>
auto cos(const Dual<V, A>& a) {
  return chain(V(cos(a.value)), a, V(-sin(a.value)));
}
template <class V, unsigned A>
auto abs(const Dual<V, A>& a) {  // the slope is 0 at 0 and NaN at NaN
  const V neither = where(a.value == V(0), V(0), V(std::numeric_limits<double>::quiet_NaN()));
  return chain(V(abs(a.value)), a, V(where(a.value > V(0), V(1), V(where(a.value < V(0), V(-1), neither)))));
}
// d/da = b a^(b-1), and 0 where b is 0; d/db = a^b log a, and 0 where a is 0 and b is not negative. As in PyTorch.
template <class V, unsigned A, unsigned B>
auto pow(const Dual<V, A>& a, const Dual<V, B>& b) {
  V y = pow(a.value, b.value);
  return combine(
      y, a, b, [&](const V& d) { return V(where(b.value == V(0), V(0), V(b.value * pow(a.value, V(b.value - V(1))))) * d); },
      [&](const V& d) { return V(y * log(V(where(a.value == V(0) && b.value >= V(0), V(1), a.value))) * d); });
}
template <class V, unsigned A, Literal N>
auto pow(const Dual<V, A>& a, N n) {
  return pow(a, Dual<V, 0>{V(n), {}});
}
template <class V, unsigned A, Literal N>
auto pow(N n, const Dual<V, A>& a) {
  return pow(Dual<V, 0>{V(n), {}}, a);
}
// a * b + c, rounded once.
template <class V, unsigned A, unsigned B, unsigned C>
auto fma(const Dual<V, A>& a, const Dual<V, B>& b, const Dual<V, C>& c) {
  auto result = a * b + c;
  result.value = fma(a.value, b.value, c.value);
  return result;
}

// --- several results of one formula: return outputs(a, b) ---

template <class... D>
std::tuple<D...> outputs(const D&... values) {
  return {values...};
}
template <class... D>
const std::tuple<D...>& as_tuple(const std::tuple<D...>& values) {
  return values;
}
template <class D>
std::tuple<D> as_tuple(const D& value) {
  return {value};
}

}  // namespace weft

#include <weft/tensor/elementwise/dual_functions.h>
