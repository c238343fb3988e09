// Integer arithmetic, used by the functions and operators of math.h if no argument is floating or a fraction. Results have the
// wider dtype of the arguments and wrap around.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/base/detail/promote.h>

namespace weft::integer {

// Returns whether all operands are integers or bools.
inline bool alone(const Tensor& x) { return x.defined() && !is_floating(x.dtype()); }
inline bool alone(const Tensor& a, const Tensor& b) { return alone(a) && alone(b); }
inline bool alone(const Tensor& x, double number) { return alone(x) && is_whole(number); }

// Returns the number as a scalar of x's dtype. Throws DtypeError unless that dtype holds it exactly.
Tensor scalar(const char* op, const Tensor& x, double number, Where caller);
Tensor scalar(const char* op, const Tensor& x, std::int64_t number, Where caller);

Tensor add(const Tensor& a, const Tensor& b, Where caller);
Tensor sub(const Tensor& a, const Tensor& b, Where caller);
Tensor mul(const Tensor& a, const Tensor& b, Where caller);
Tensor maximum(const Tensor& a, const Tensor& b, Where caller);
Tensor minimum(const Tensor& a, const Tensor& b, Where caller);
Tensor neg(const Tensor& x, Where caller);
Tensor abs(const Tensor& x, Where caller);
Tensor square(const Tensor& x, Where caller);
// Throws ValueError for a negative exponent.
Tensor pow(const Tensor& x, const Tensor& exponent, Where caller);
Tensor clamp(const Tensor& x, double low, double high, Where caller);
// Division; see division.h. They throw ValueError if a divisor is 0.
Tensor floor_divide(const Tensor& a, const Tensor& b, Where caller);
Tensor remainder(const Tensor& a, const Tensor& b, Where caller);
Tensor fmod(const Tensor& a, const Tensor& b, Where caller);
// Works on any dtype, bool included.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b, Where caller);

}  // namespace weft::integer
