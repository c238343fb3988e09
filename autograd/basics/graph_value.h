// GraphValue: a Variable or a literal, as the value type of dual numbers. A formula run on Dual<GraphValue> writes its gradient
// in differentiable ops; that is how elementwise ops get gradients of higher order.
#pragma once

#include <weft/autograd/basics/math.h>

namespace weft {

// A condition on values of one dtype: a mask, or a constant for all elements.
struct GraphMask {
  Tensor mask;
  bool all = false;
  DType dtype = DType::f32;
};

class GraphValue {
 public:
  GraphValue() : GraphValue(0.0) {}
  GraphValue(const Variable& variable) : variable_(variable) {}
  template <class N>
  requires std::is_arithmetic_v<N> GraphValue(N number) : number_(static_cast<double>(number)) {}

  bool literal() const { return !variable_.defined(); }
  double number() const { return number_; }
  const Variable& variable() const { return variable_; }
  bool is(double number) const { return literal() && number_ == number; }

  // Declared only as friends, so that they are no candidates for `2 * variable`.
  friend GraphValue operator+(const GraphValue& a, const GraphValue& b);
  friend GraphValue operator-(const GraphValue& a, const GraphValue& b);
  friend GraphValue operator*(const GraphValue& a, const GraphValue& b);
  friend GraphValue operator/(const GraphValue& a, const GraphValue& b);
  friend GraphValue operator-(const GraphValue& a);
  friend GraphMask operator<(const GraphValue& a, const GraphValue& b);
  friend GraphMask operator<=(const GraphValue& a, const GraphValue& b);
  friend GraphMask operator>(const GraphValue& a, const GraphValue& b);
  friend GraphMask operator>=(const GraphValue& a, const GraphValue& b);
  friend GraphMask operator==(const GraphValue& a, const GraphValue& b);
  friend GraphMask operator!=(const GraphValue& a, const GraphValue& b);

 private:
  Variable variable_;
  double number_ = 0;
};

GraphMask operator&&(const GraphMask& a, const GraphMask& b);
GraphMask operator||(const GraphMask& a, const GraphMask& b);
GraphMask operator!(const GraphMask& a);
GraphValue where(const GraphMask& condition, const GraphValue& a, const GraphValue& b);
GraphValue exp(const GraphValue& x);
GraphValue expm1(const GraphValue& x);
GraphValue log(const GraphValue& x);
GraphValue log1p(const GraphValue& x);
GraphValue sqrt(const GraphValue& x);
GraphValue tanh(const GraphValue& x);
GraphValue sigmoid(const GraphValue& x);
GraphValue quick_tanh(const GraphValue& x);
GraphValue quick_sigmoid(const GraphValue& x);
GraphValue softplus(const GraphValue& x);
GraphValue silu(const GraphValue& x);
GraphValue gelu(const GraphValue& x);
GraphValue erf(const GraphValue& x);
GraphValue normal_cdf(const GraphValue& x);
GraphValue normal_pdf(const GraphValue& x);
GraphValue tanh_slope(const GraphValue& x);
GraphValue sigmoid_slope(const GraphValue& x, const GraphValue& y);
GraphValue silu_slope(const GraphValue& x);
GraphValue gelu_slope(const GraphValue& x);
GraphValue erf_slope(const GraphValue& x);
GraphValue normal_pdf_slope(const GraphValue& x);
GraphValue sin(const GraphValue& x);
GraphValue cos(const GraphValue& x);
GraphValue tan(const GraphValue& x);
GraphValue asin(const GraphValue& x);
GraphValue acos(const GraphValue& x);
GraphValue atan(const GraphValue& x);
GraphValue sinh(const GraphValue& x);
GraphValue cosh(const GraphValue& x);
GraphValue asinh(const GraphValue& x);
GraphValue acosh(const GraphValue& x);
GraphValue atanh(const GraphValue& x);
GraphValue log2(const GraphValue& x);
GraphValue log10(const GraphValue& x);
GraphValue exp2(const GraphValue& x);
GraphValue floor(const GraphValue& x);
GraphValue ceil(const GraphValue& x);
GraphValue trunc(const GraphValue& x);
GraphValue round(const GraphValue& x);
GraphValue atan2(const GraphValue& y, const GraphValue& x);
GraphValue abs(const GraphValue& x);
GraphValue pow(const GraphValue& x, const GraphValue& y);
GraphValue fma(const GraphValue& a, const GraphValue& b, const GraphValue& c);

// Returns value * gradient, in gradient's shape.
Variable weigh(const GraphValue& value, const Variable& gradient);

}  // namespace weft
