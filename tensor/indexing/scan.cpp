#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/functions/logarithms.h>
#include <weft/tensor/indexing/detail/scan.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/scan.h>

#include <cmath>

namespace weft {

namespace {

// A result that nothing was computed for, in memory of its own.
Tensor unshared(const Tensor& x, const Tensor& result) { return result.raw() == x.raw() ? clone(result) : result; }

// The position of the largest (or, with `less`, smallest) element so far along the last axis. `better(a, b)`: b takes a's place.
template <class Better>
Tensor running_positions(const Tensor& x, Better better) {
  const Tensor rows = contiguous(x);
  Tensor result(x.shape(), DType::i64);
  const std::int64_t size = x.shape().back(), count = size ? x.numel() / size : 0;
  visit(x.dtype(), [&](auto type) {
    const auto* from = rows.data<decltype(type)>();
    std::int64_t* to = result.output<std::int64_t>();
    for (std::int64_t row = 0; row < count; ++row, from += size, to += size) {
      std::int64_t best = 0;
      for (std::int64_t i = 0; i < size; ++i) {
        const double a = static_cast<double>(from[best]), b = static_cast<double>(from[i]);
        if (!std::isnan(a) && (std::isnan(b) || better(from[best], from[i]))) best = i;
        to[i] = best;
      }
    }
  });
  return result;
}

template <class Better>
Sorted<Tensor> running(const char* op, const Tensor& x, int axis, Where caller, Better better) {
  check_defined(op, x, caller);
  if (x.dims() == 0) return {clone(x), zeros({}, DType::i64)};
  const int a = normalize_axis(op, axis, x, caller);
  const Tensor positions = transpose(running_positions(transpose(x, a, -1), better), a, -1);
  return {gather(x, a, positions, caller), contiguous(positions)};
}

}  // namespace

Tensor prod(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("prod", x, caller);
  const unsigned mask = axis_mask("prod", axes, x, caller);
  Tensor result = x.dtype() == DType::boolean ? cast(x, DType::i64) : x;
  if (reduced_count(x.shape(), mask) == 0) return ones(reduced_shape(x.shape(), mask, keepdim), result.dtype());
  for (int axis = 0; axis < x.dims(); ++axis)
    if (mask >> axis & 1u) result = detail::prod_along(result, axis, caller);
  return unshared(x, reshape(result, reduced_shape(x.shape(), mask, keepdim), caller));
}

Tensor cumprod(const Tensor& x, int axis, Where caller) {
  check_defined("cumprod", x, caller);
  return unshared(x, detail::scan("cumprod", x.dtype() == DType::boolean ? cast(x, DType::i64) : x, axis, caller,
                                  [](const Tensor& a, const Tensor& b) { return a * b; }));
}

Tensor logcumsumexp(const Tensor& x, int axis, Where caller) {
  check_defined("logcumsumexp", x, caller);
  return unshared(x, detail::scan("logcumsumexp", cast(x, real_type(x.dtype())), axis, caller,
                                  [caller](const Tensor& a, const Tensor& b) { return logaddexp(a, b, caller); }));
}

Sorted<Tensor> cummax(const Tensor& x, int axis, Where caller) {
  return running("cummax", x, axis, caller, [](auto a, auto b) { return b >= a; });
}
Sorted<Tensor> cummin(const Tensor& x, int axis, Where caller) {
  return running("cummin", x, axis, caller, [](auto a, auto b) { return b <= a; });
}

Tensor diff(const Tensor& x, std::int64_t n, int axis, Where caller) {
  check_defined("diff", x, caller);
  return unshared(x, detail::diff(x, n, axis, caller));
}

}  // namespace weft
