// Functions of GraphValues that may be literals.
#pragma once

#include <weft/autograd/basics/graph_value.h>
#include <weft/tensor/array/create.h>

namespace weft {

// Applies f if x is a literal, otherwise the op on Variables.
template <class Numbers, class Op>
GraphValue unary(const GraphValue& x, Numbers numbers, Op op) {
  return x.literal() ? GraphValue(numbers(x.number())) : GraphValue(op(x.variable()));
}

// The value as a tensor; a literal gets the dtype of the other value, which is none.
inline Tensor as_tensor(const GraphValue& x, const GraphValue& other) {
  return x.literal() ? full({}, x.number(), other.variable().dtype()) : x.variable().tensor();
}

}  // namespace weft
