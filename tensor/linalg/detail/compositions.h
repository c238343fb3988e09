// The functions of linalg.h that are compositions of others, for Tensors and Variables alike.
#pragma once

#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/linalg/linalg.h>
#include <weft/tensor/product/matmul.h>

#include <optional>

namespace weft::linalg {

// Throws unless these are arguments of lstsq.
inline void check_least_squares(const Tensor& a, const Tensor& b, Where caller) {
  const char* op = "linalg::lstsq";
  check_defined(op, "matrix", a, caller);
  check_defined(op, "right-hand side", b, caller);
  check<DtypeError>(is_floating(a.dtype()) && a.dtype() == b.dtype(), caller, op, ": takes f32 or f64, the same for both, not ",
                    a.dtype(), " and ", b.dtype());
  check<ShapeError>(a.dims() >= 2 && b.dims() >= 1 && a.shape().back(1) == b.shape().back(b.dims() > 1), caller, op, ": ",
                    a.shape(), " does not fit the right-hand side ", b.shape());
  check<ShapeError>(a.shape().back(1) >= a.shape().back(), caller, op, ": takes at least as many rows as columns, not ",
                    a.shape());
}

template <class X>
X least_squares(const X& a, const X& b, Where caller) {
  const auto [q, r] = qr(a, caller);
  return solve_triangular(r, matmul(transpose(q), b, caller), true, caller);
}

// By repeated squaring, from the lowest bit of n on.
template <class X>
X power(X a, std::int64_t n, Where caller) {
  if (n < 0) a = inv(a, caller);
  std::optional<X> result;
  for (auto left = n < 0 ? -static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n); left > 0; left /= 2) {
    if (left % 2 == 1) result = result ? matmul(*result, a, caller) : a;
    if (left > 1) a = matmul(a, a, caller);
  }
  return result ? *result : X(expand(eye(a.shape().back(), a.dtype()), a.shape()));
}

}  // namespace weft::linalg
