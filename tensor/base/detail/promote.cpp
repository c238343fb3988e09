#include <weft/tensor/base/detail/promote.h>

#include <cmath>
#include <limits>

namespace weft {

bool is_whole(double number) { return std::isfinite(number) && number == std::trunc(number); }

bool holds(DType dtype, double number) {
  if (is_floating(dtype) || dtype == DType::boolean) return true;
  return visit(dtype, [number](auto type) {
    using T = decltype(type);
    // 2^63 is representable as a double, but the largest i64 is not: compare with the first number above the range.
    const double above = std::ldexp(1.0, std::numeric_limits<T>::digits);
    return is_whole(number) && number >= static_cast<double>(std::numeric_limits<T>::min()) && number < above;
  });
}

void check_holds(const char* op, DType dtype, double number, Where caller) {
  check<ValueError>(holds(dtype, number), caller, op, ": the number ", number, " cannot be represented as ", dtype);
}

}  // namespace weft
