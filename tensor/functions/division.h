// Division that yields whole numbers, and what it leaves.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <concepts>

namespace weft {

// A number that divides a tensor. Integers are exact, beyond 2^53 too.
struct Divisor {
  std::int64_t whole = 0;
  double real = 0;
  bool is_whole = false;

  template <std::integral N>
  Divisor(N number) : whole(static_cast<std::int64_t>(number)), is_whole(true) {}
  template <std::floating_point N>
  Divisor(N number) : real(static_cast<double>(number)) {}
};

// The largest whole number not above a / b. Of integers the result has their wider dtype; a divisor that is 0 is a ValueError
// among integers and gives a / b among floating numbers. Arguments broadcast; throws ShapeError.
Tensor floor_divide(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor floor_divide(const Tensor& a, Divisor b, Where caller = Where::here());
// a - b floor(a / b), which has the sign of b: Python's %. It is rounded once.
Tensor remainder(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor remainder(const Tensor& a, Divisor b, Where caller = Where::here());
// a - b trunc(a / b), which has the sign of a: C's %. It is exact.
Tensor fmod(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor fmod(const Tensor& a, Divisor b, Where caller = Where::here());

}  // namespace weft
