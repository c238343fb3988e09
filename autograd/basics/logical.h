// Comparisons of Variables: they return bool Tensors, as in tensor/arithmetic/logical.h. The results have no gradient; use them
// in where() or as a mask.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/arithmetic/logical.h>

namespace weft {

namespace detail {

// The right operand of a comparison, and the user's line.
struct Compared {
  const Tensor* tensor = nullptr;  // null: the number
  double number = 0;
  Where caller;

  template <class X>
  requires(std::is_same_v<X, Variable> || std::is_same_v<X, Tensor>) Compared(const X& value, Where caller = Where::here())
      : tensor(&tensor_of(value)), caller(caller) {}
  template <class N>
  requires std::is_arithmetic_v<N> Compared(N number, Where caller = Where::here())
      : number(exact_double(number, caller)), caller(caller) {}

 private:
  static const Tensor& tensor_of(const Tensor& x) { return x; }
  static const Tensor& tensor_of(const Variable& x) { return x.tensor(); }
};

// The left operand of a comparison with a Variable: a Tensor or a number.
struct ComparedFirst : Compared {
  template <class X>
  requires(std::is_same_v<X, Tensor> || std::is_arithmetic_v<X>) ComparedFirst(const X& value, Where caller = Where::here())
      : Compared(value, caller) {}
};

}  // namespace detail

Tensor operator==(AtExactly<Variable> a, detail::Compared b);
Tensor operator!=(AtExactly<Variable> a, detail::Compared b);
Tensor operator<(AtExactly<Variable> a, detail::Compared b);
Tensor operator<=(AtExactly<Variable> a, detail::Compared b);
Tensor operator>(AtExactly<Variable> a, detail::Compared b);
Tensor operator>=(AtExactly<Variable> a, detail::Compared b);

Tensor operator==(detail::ComparedFirst a, AtExactly<Variable> b);
Tensor operator!=(detail::ComparedFirst a, AtExactly<Variable> b);
Tensor operator<(detail::ComparedFirst a, AtExactly<Variable> b);
Tensor operator<=(detail::ComparedFirst a, AtExactly<Variable> b);
Tensor operator>(detail::ComparedFirst a, AtExactly<Variable> b);
Tensor operator>=(detail::ComparedFirst a, AtExactly<Variable> b);

}  // namespace weft
