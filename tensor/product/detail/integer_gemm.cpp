#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/product/detail/integer_gemm.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <type_traits>

namespace weft {

namespace {

// Multiplies row by row, as unsigned, where overflow wraps.
template <class T>
void multiply(const T* a, const T* b, T* c, std::int64_t batch, std::int64_t m, std::int64_t k, std::int64_t n) {
  constexpr std::int64_t kWork = 1 << 14;
  parallel_for(batch * m, std::max<std::int64_t>(1, kWork / std::max<std::int64_t>(k * n, 1)),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t row = begin; row < end; ++row) {
                   const T* right = b + row / m * k * n;
                   T* to = c + row * n;
                   std::fill(to, to + n, T{0});
                   for (std::int64_t i = 0; i < k; ++i) {
                     const T factor = a[row * k + i];
                     for (std::int64_t j = 0; j < n; ++j) to[j] = static_cast<T>(to[j] + factor * right[i * n + j]);
                   }
                 }
               });
}

}  // namespace

Tensor integer_gemm(const Tensor& a, const Tensor& b) {
  const DType dtype = promote_types(a.dtype(), b.dtype());
  const Tensor left = contiguous(cast(a, dtype)), right = contiguous(cast(b, dtype));
  Shape shape = a.shape();
  shape[shape.dims() - 1] = b.shape().back();
  Tensor result(shape, dtype);
  const std::int64_t m = shape.back(1), n = shape.back(), k = a.shape().back();
  if (result.numel() == 0) return result;
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      using U = std::make_unsigned_t<T>;
      multiply(reinterpret_cast<const U*>(left.raw()), reinterpret_cast<const U*>(right.raw()),
               reinterpret_cast<U*>(result.raw_output()), result.numel() / (m * n), m, k, n);
    }
  });
  return result;
}

}  // namespace weft
