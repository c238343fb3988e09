#include <weft/autograd/basics/detail/graph_literals.h>
#include <weft/autograd/basics/graph_value.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/elementwise/detail/activation_ops.h>

#include <algorithm>
#include <cmath>

namespace weft {

namespace {

// Applies f if both are literals, otherwise the op on Variables.
template <class Numbers, class Op>
GraphValue binary(const GraphValue& a, const GraphValue& b, Numbers numbers, Op op) {
  if (a.literal() && b.literal()) return GraphValue(numbers(a.number(), b.number()));
  if (a.literal()) return GraphValue(op(AtNumber(a.number()), b.variable()));
  if (b.literal()) return GraphValue(op(a.variable(), AtNumber(b.number())));
  return GraphValue(op(a.variable(), b.variable()));
}

template <class Numbers, class Op>
GraphMask comparison(const GraphValue& a, const GraphValue& b, Numbers numbers, Op op) {
  if (a.literal() && b.literal()) return {{}, numbers(a.number(), b.number())};
  return {op(as_tensor(a, b), as_tensor(b, a)), false, (a.literal() ? b : a).variable().dtype()};
}

}  // namespace

GraphValue operator+(const GraphValue& a, const GraphValue& b) {
  if (a.is(0)) return b;
  if (b.is(0)) return a;
  return binary(
      a, b, [](double x, double y) { return x + y; }, [](const auto& x, const auto& y) { return x + y; });
}
GraphValue operator-(const GraphValue& a, const GraphValue& b) {
  if (b.is(0)) return a;
  return binary(
      a, b, [](double x, double y) { return x - y; }, [](const auto& x, const auto& y) { return x - y; });
}
GraphValue operator*(const GraphValue& a, const GraphValue& b) {
  if (a.is(1)) return b;
  if (b.is(1)) return a;
  return binary(
      a, b, [](double x, double y) { return x * y; }, [](const auto& x, const auto& y) { return x * y; });
}
GraphValue operator/(const GraphValue& a, const GraphValue& b) {
  if (b.is(1)) return a;
  return binary(
      a, b, [](double x, double y) { return x / y; }, [](const auto& x, const auto& y) { return x / y; });
}
GraphValue operator-(const GraphValue& a) {
  return unary(
      a, [](double x) { return -x; }, [](const Variable& x) { return -x; });
}

GraphMask operator<(const GraphValue& a, const GraphValue& b) {
  return comparison(
      a, b, [](double x, double y) { return x < y; }, [](const Tensor& x, const Tensor& y) { return less(x, y); });
}
GraphMask operator>(const GraphValue& a, const GraphValue& b) { return b < a; }
GraphMask operator<=(const GraphValue& a, const GraphValue& b) {
  return comparison(
      a, b, [](double x, double y) { return x <= y; }, [](const Tensor& x, const Tensor& y) { return less_equal(x, y); });
}
GraphMask operator>=(const GraphValue& a, const GraphValue& b) { return b <= a; }
GraphMask operator==(const GraphValue& a, const GraphValue& b) {
  return comparison(
      a, b, [](double x, double y) { return x == y; }, [](const Tensor& x, const Tensor& y) { return equal(x, y); });
}
GraphMask operator!=(const GraphValue& a, const GraphValue& b) { return !(a == b); }

GraphMask operator!(const GraphMask& a) {
  return a.mask.defined() ? GraphMask{logical_not(a.mask), false, a.dtype} : GraphMask{{}, !a.all};
}
GraphMask operator&&(const GraphMask& a, const GraphMask& b) {
  if (!a.mask.defined()) return a.all ? b : a;
  if (!b.mask.defined()) return b.all ? a : b;
  return {logical_and(a.mask, b.mask), false, a.dtype};
}
GraphMask operator||(const GraphMask& a, const GraphMask& b) { return !(!a && !b); }

GraphValue where(const GraphMask& condition, const GraphValue& a, const GraphValue& b) {
  if (!condition.mask.defined()) return condition.all ? a : b;
  if (a.literal() && b.literal())
    return GraphValue(Variable(where(condition.mask, full({}, a.number(), condition.dtype), b.number())));
  return binary(
      a, b, [](double x, double) { return x; }, [&](const auto& x, const auto& y) { return where(condition.mask, x, y); });
}

GraphValue exp(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::exp(x); }, [](const Variable& x) { return exp(x); });
}
GraphValue expm1(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::expm1(x); }, [](const Variable& x) { return expm1(x); });
}
GraphValue log(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::log(x); }, [](const Variable& x) { return log(x); });
}
GraphValue log1p(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::log1p(x); }, [](const Variable& x) { return log1p(x); });
}
GraphValue sqrt(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::sqrt(x); }, [](const Variable& x) { return sqrt(x); });
}
GraphValue tanh(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::tanh(x); }, [](const Variable& x) { return tanh(x); });
}
GraphValue sigmoid(const GraphValue& v) {
  return unary(
      v, [](double x) { return 1 / (1 + std::exp(-x)); }, [](const Variable& x) { return sigmoid(x); });
}
GraphValue quick_tanh(const GraphValue& x) { return tanh(x); }
GraphValue quick_sigmoid(const GraphValue& x) { return sigmoid(x); }
GraphValue softplus(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); },
      [](const Variable& x) { return softplus(x); });
}
GraphValue silu(const GraphValue& v) {
  return unary(
      v, [](double x) { return x / (1 + std::exp(-x)); }, [](const Variable& x) { return silu(x); });
}
GraphValue gelu(const GraphValue& v) {
  return unary(
      v, [](double x) { return x * std::erfc(x * -std::sqrt(0.5)) / 2; }, [](const Variable& x) { return gelu(x); });
}
GraphValue erf(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::erf(x); }, [](const Variable& x) { return erf(x); });
}
GraphValue normal_cdf(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::erfc(x * -std::sqrt(0.5)) / 2; }, [](const Variable& x) { return normal_cdf(x); });
}
GraphValue normal_pdf(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::exp(-x * x / 2) * 0.3989422804014327; }, [](const Variable& x) { return normal_pdf(x); });
}
GraphValue sin(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::sin(x); }, [](const Variable& x) { return sin(x); });
}
GraphValue cos(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::cos(x); }, [](const Variable& x) { return cos(x); });
}
GraphValue abs(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::abs(x); }, [](const Variable& x) { return abs(x); });
}
GraphValue pow(const GraphValue& a, const GraphValue& b) {
  return binary(
      a, b, [](double x, double y) { return std::pow(x, y); }, [](const auto& x, const auto& y) { return pow(x, y); });
}
GraphValue fma(const GraphValue& a, const GraphValue& b, const GraphValue& c) { return a * b + c; }

namespace {

// Clamps x to where every tail is 0, so that an infinite x times 0 does not give NaN.
GraphValue finite_part(const GraphValue& x) {
  const GraphValue most(1e4), least(-1e4);
  return where(x > most, most, where(x < least, least, x));
}

// The slope of an op, computed by its kernel, which keeps digits that a formula loses near a zero of the slope or of `curve`, the
// slope's own slope.
template <class Op, class Curve>
Variable slope_by_kernel(const Op& op, const Variable& x, Curve curve) {
  const Tensor one = expand(ones({}, x.dtype()), x.shape());
  const Operand operand = x.tensor();
  const Tensor* gradient = &one;
  std::array<Tensor, 1> slope;
  elementwise_backward(op.call(), std::span(&operand, 1), std::span(&gradient, 1), 1, slope);
  return record(op.name(), {}, {x}, slope[0], {.inputs = kAll},
                [curve](const Backward& b) -> Variables { return {weigh(curve(GraphValue(b.input())), b.grad())}; });
}

GraphValue tanh_curve(const GraphValue& x) { return GraphValue(-2) * tanh(x) * tanh_slope(x); }
GraphValue sigmoid_curve(const GraphValue& x) { return -(sigmoid_slope(x, sigmoid(x)) * tanh(GraphValue(0.5) * x)); }
GraphValue silu_curve(const GraphValue& x) {
  const GraphValue up = sigmoid(x), down = sigmoid(-x);
  return up * down * (GraphValue(2) + finite_part(x) * (down - up));
}
GraphValue gelu_curve(const GraphValue& x) {
  const GraphValue finite = finite_part(x);
  return normal_pdf(x) * (GraphValue(2) - finite * finite);
}

}  // namespace

// 1 - tanh(x)^2 = 4 s(2 x) s(-2 x) and y (1 - y) = s(x) s(-x) with s = sigmoid: products lose no digits.
GraphValue tanh_slope(const GraphValue& x) {
  if (x.literal()) return GraphValue(4) * (sigmoid(x + x) * sigmoid(-(x + x)));
  return GraphValue(slope_by_kernel(tanh_op, x.variable(), tanh_curve));
}
GraphValue sigmoid_slope(const GraphValue& x, const GraphValue& y) {
  if (x.literal()) return y * sigmoid(-x);
  return GraphValue(slope_by_kernel(sigmoid_op, x.variable(), sigmoid_curve));
}
GraphValue silu_slope(const GraphValue& x) {
  if (x.literal()) return sigmoid(x) * (GraphValue(1) + finite_part(x) * sigmoid(-x));
  return GraphValue(slope_by_kernel(silu_op, x.variable(), silu_curve));
}
GraphValue gelu_slope(const GraphValue& x) {
  if (x.literal()) return normal_cdf(x) + finite_part(x) * normal_pdf(x);
  return GraphValue(slope_by_kernel(gelu_op, x.variable(), gelu_curve));
}
GraphValue erf_slope(const GraphValue& x) {
  const GraphValue finite = finite_part(x);
  return GraphValue(1.1283791670955126) * exp(-(finite * finite));  // 2 / sqrt(pi)
}

GraphValue normal_pdf_slope(const GraphValue& x) { return -(finite_part(x) * normal_pdf(x)); }

Variable weigh(const GraphValue& value, const Variable& gradient) {
  return value.literal() ? gradient * value.number() : value.variable() * gradient;
}

}  // namespace weft
