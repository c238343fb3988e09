// How a number of one dtype becomes one of another.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

namespace weft {

namespace detail {

// Returns whether x is not 0. It looks at the bits, because a comparison could take a denormal for 0.
template <class T>
bool is_true(T x) {
  if constexpr (std::is_same_v<T, float>)
    return std::bit_cast<std::uint32_t>(x) << 1 != 0;
  else if constexpr (std::is_same_v<T, double>)
    return std::bit_cast<std::uint64_t>(x) << 1 != 0;
  else
    return x != T{0};
}

// A plain cast of a number outside the range is undefined, and processors differ there.
template <class To, class From>
To whole_number(From x) {
  using Limits = std::numeric_limits<To>;
  const From above =
      static_cast<From>(Limits::max() / 2 + 1) * 2;  // a power of two; the maximum itself may not be representable in From
  if (x >= above) return Limits::max();
  if (x <= static_cast<From>(Limits::min())) return Limits::min();
  return std::isnan(x) ? To{0} : static_cast<To>(x);
}

}  // namespace detail

// Converts to bool: whether x is not 0. To integers: drops the fraction, clamps to the range, and turns NaN into 0. To floating:
// rounds.
template <class To, class From>
To convert(From x) {
  if constexpr (std::is_same_v<To, From> || std::is_floating_point_v<To> || std::is_same_v<From, bool>)
    return static_cast<To>(x);
  else if constexpr (std::is_same_v<To, bool>)
    return detail::is_true(x);
  else if constexpr (std::is_floating_point_v<From>)
    return detail::whole_number<To>(x);
  else if (std::in_range<To>(x))
    return static_cast<To>(x);
  else
    return x < From{0} ? std::numeric_limits<To>::min() : std::numeric_limits<To>::max();
}

}  // namespace weft
