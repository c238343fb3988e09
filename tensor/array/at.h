// At: the right operand of an operator, together with the line of the user's code. An operator cannot take a defaulted argument,
// but the conversion of its operand to At can.
#pragma once

#include <weft/tensor/base/error.h>

#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace weft {

template <class T>
struct At {
  T value;
  Where caller;

  template <class U>
  requires std::is_convertible_v<const U&, T> At(const U& value, Where caller = Where::here()) : value(value), caller(caller) {}
};

// Returns the number as a double. Throws ValueError for an integer that no double represents exactly.
template <class N>
double exact_double(N number, Where caller) {
  if constexpr (std::is_integral_v<N> && sizeof(N) == sizeof(std::uint64_t)) {
    const auto bits = static_cast<std::uint64_t>(number);
    const std::uint64_t size = number < N{0} ? 0 - bits : bits;
    check<ValueError>(static_cast<int>(std::bit_width(size)) - std::countr_zero(size) <= 53, caller, "the number ", number,
                      " is beyond 2^53 and cannot be represented as a double; write it as a tensor made from a "
                      "std::vector<std::int64_t>");
  }
  return static_cast<double>(number);
}

// A number as an operand. It has a type of its own so that `t + 1` and `t + true` do not compete with tensors made from numbers.
struct AtNumber {
  double value;
  Where caller;

  template <class N>
  requires std::is_arithmetic_v<N> AtNumber(N value, Where caller = Where::here())
      : value(exact_double(value, caller)), caller(caller) {}
};

// Accepts T itself and nothing that converts to T: `1 - tensor` must not be read as `1 - Variable(tensor)`.
template <class T>
struct AtExactly {
  const T& value;
  Where caller;

  template <std::same_as<T> U>
  AtExactly(const U& value, Where caller = Where::here()) : value(value), caller(caller) {}
};

}  // namespace weft
