#include <weft/autograd/basics/logical.h>

namespace weft {

namespace {

template <class Rule>
Tensor compare(const Variable& a, const detail::Compared& b, Rule rule) {
  return b.tensor ? rule(a.tensor(), At<Tensor>(*b.tensor, b.caller)) : rule(a.tensor(), AtNumber(b.number, b.caller));
}
template <class Rule>
Tensor compare(const detail::ComparedFirst& a, const AtExactly<Variable>& b, Rule rule) {
  const At<Tensor> right(b.value.tensor(), b.caller);
  return a.tensor ? rule(*a.tensor, right) : rule(AtNumber(a.number, a.caller), b.value.tensor());
}

}  // namespace

Tensor operator==(AtExactly<Variable> a, detail::Compared b) {
  return compare(a.value, b, [](const Tensor& x, const auto& y) { return x == y; });
}
Tensor operator!=(AtExactly<Variable> a, detail::Compared b) {
  return compare(a.value, b, [](const Tensor& x, const auto& y) { return x != y; });
}
Tensor operator<(AtExactly<Variable> a, detail::Compared b) {
  return compare(a.value, b, [](const Tensor& x, const auto& y) { return x < y; });
}
Tensor operator<=(AtExactly<Variable> a, detail::Compared b) {
  return compare(a.value, b, [](const Tensor& x, const auto& y) { return x <= y; });
}
Tensor operator>(AtExactly<Variable> a, detail::Compared b) {
  return compare(a.value, b, [](const Tensor& x, const auto& y) { return x > y; });
}
Tensor operator>=(AtExactly<Variable> a, detail::Compared b) {
  return compare(a.value, b, [](const Tensor& x, const auto& y) { return x >= y; });
}

Tensor operator==(detail::ComparedFirst a, AtExactly<Variable> b) {
  return compare(a, b, [](const auto& x, const auto& y) { return x == y; });
}
Tensor operator!=(detail::ComparedFirst a, AtExactly<Variable> b) {
  return compare(a, b, [](const auto& x, const auto& y) { return x != y; });
}
Tensor operator<(detail::ComparedFirst a, AtExactly<Variable> b) {
  return compare(a, b, [](const auto& x, const auto& y) { return x < y; });
}
Tensor operator<=(detail::ComparedFirst a, AtExactly<Variable> b) {
  return compare(a, b, [](const auto& x, const auto& y) { return x <= y; });
}
Tensor operator>(detail::ComparedFirst a, AtExactly<Variable> b) {
  return compare(a, b, [](const auto& x, const auto& y) { return x > y; });
}
Tensor operator>=(detail::ComparedFirst a, AtExactly<Variable> b) {
  return compare(a, b, [](const auto& x, const auto& y) { return x >= y; });
}

}  // namespace weft
