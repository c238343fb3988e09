// At: the right operand of an operator, together with the user's line. Operators cannot take defaulted arguments; converting the
// operand can.
#pragma once

#include <weft/tensor/where.h>

#include <concepts>
#include <type_traits>

namespace weft {

template <class T>
struct At {
  T value;
  Where where;

  template <class U>
  requires std::is_convertible_v<const U&, T> At(const U& value, Where where = Where::here()) : value(value), where(where) {}
};

// A number. Its own type, so that `t + 1` and `t + true` do not compete with tensors made from numbers.
struct AtNumber {
  double value;
  Where where;

  template <class N>
  requires std::is_arithmetic_v<N> AtNumber(N value, Where where = Where::here())
      : value(static_cast<double>(value)), where(where) {}
};

// T itself and nothing that converts to it: `1 - tensor` must not be read as `1 - Variable(tensor)`.
template <class T>
struct AtExactly {
  const T& value;
  Where where;

  template <std::same_as<T> U>
  AtExactly(const U& value, Where where = Where::here()) : value(value), where(where) {}
};

}  // namespace weft
