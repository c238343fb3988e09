#include <weft/autograd/logical.h>

namespace weft {

namespace {

template <class Rule>
Tensor compare(const Variable& a, const detail::Compared& b, Rule rule) {
  return b.tensor ? rule(a.tensor(), At<Tensor>(*b.tensor, b.where)) : rule(a.tensor(), AtNumber(b.number, b.where));
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

Tensor operator==(detail::ComparedFirst a, AtExactly<Variable> b) { return b == detail::Compared(a); }
Tensor operator!=(detail::ComparedFirst a, AtExactly<Variable> b) { return b != detail::Compared(a); }
Tensor operator<(detail::ComparedFirst a, AtExactly<Variable> b) { return b > detail::Compared(a); }
Tensor operator<=(detail::ComparedFirst a, AtExactly<Variable> b) { return b >= detail::Compared(a); }
Tensor operator>(detail::ComparedFirst a, AtExactly<Variable> b) { return b < detail::Compared(a); }
Tensor operator>=(detail::ComparedFirst a, AtExactly<Variable> b) { return b <= detail::Compared(a); }

}  // namespace weft
