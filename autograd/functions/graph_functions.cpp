// The functions of GraphValues that have a header of their own for Variables.
#include <weft/autograd/basics/detail/graph_literals.h>
#include <weft/autograd/functions/logarithms.h>
#include <weft/autograd/functions/rounding.h>
#include <weft/autograd/functions/trigonometry.h>

#include <cmath>

namespace weft {

GraphValue tan(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::tan(x); }, [](const Variable& x) { return tan(x); });
}
GraphValue asin(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::asin(x); }, [](const Variable& x) { return asin(x); });
}
GraphValue acos(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::acos(x); }, [](const Variable& x) { return acos(x); });
}
GraphValue atan(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::atan(x); }, [](const Variable& x) { return atan(x); });
}
GraphValue sinh(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::sinh(x); }, [](const Variable& x) { return sinh(x); });
}
GraphValue cosh(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::cosh(x); }, [](const Variable& x) { return cosh(x); });
}
GraphValue asinh(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::asinh(x); }, [](const Variable& x) { return asinh(x); });
}
GraphValue acosh(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::acosh(x); }, [](const Variable& x) { return acosh(x); });
}
GraphValue atanh(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::atanh(x); }, [](const Variable& x) { return atanh(x); });
}
GraphValue log2(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::log2(x); }, [](const Variable& x) { return log2(x); });
}
GraphValue log10(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::log10(x); }, [](const Variable& x) { return log10(x); });
}
GraphValue exp2(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::exp2(x); }, [](const Variable& x) { return exp2(x); });
}
GraphValue floor(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::floor(x); }, [](const Variable& x) { return floor(x); });
}
GraphValue ceil(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::ceil(x); }, [](const Variable& x) { return ceil(x); });
}
GraphValue trunc(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::trunc(x); }, [](const Variable& x) { return trunc(x); });
}
GraphValue round(const GraphValue& v) {
  return unary(
      v, [](double x) { return std::nearbyint(x); }, [](const Variable& x) { return round(x); });
}
GraphValue atan2(const GraphValue& y, const GraphValue& x) {
  if (y.literal() && x.literal()) return GraphValue(std::atan2(y.number(), x.number()));
  if (y.literal()) return GraphValue(atan2(as_tensor(y, x), x.variable()));
  if (x.literal()) return GraphValue(atan2(y.variable(), as_tensor(x, y)));
  return GraphValue(atan2(y.variable(), x.variable()));
}

}  // namespace weft
