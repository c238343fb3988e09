#include <weft/tensor/array/create_like.h>

namespace weft {

Tensor zeros_like(const Tensor& x, Where caller) {
  check_defined("zeros_like", x, caller);
  return zeros(x.shape(), x.dtype(), caller);
}
Tensor ones_like(const Tensor& x, Where caller) {
  check_defined("ones_like", x, caller);
  return ones(x.shape(), x.dtype(), caller);
}
Tensor full_like(const Tensor& x, AtNumber value, Where caller) {
  check_defined("full_like", x, caller);
  return full(x.shape(), value, x.dtype(), caller);
}

Tensor linspace(double start, double stop, std::int64_t steps, DType dtype, Where caller) {
  check<ValueError>(steps >= 0, caller, "linspace: the number of steps is ", steps, ", which is negative");
  Tensor result({steps}, dtype);
  visit_floating("linspace", dtype, caller, [&](auto type) {
    auto* to = result.output<decltype(type)>();
    for (std::int64_t i = 0; i < steps; ++i) {
      const double fraction = steps > 1 ? static_cast<double>(i) / static_cast<double>(steps - 1) : 0;
      to[i] = static_cast<decltype(type)>(fraction < 0.5 ? start + fraction * (stop - start)
                                                         : stop - (1 - fraction) * (stop - start));
    }
  });
  return result;
}

}  // namespace weft
