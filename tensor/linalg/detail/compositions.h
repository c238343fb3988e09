// The functions of linalg.h that are compositions of others, for Tensors and Variables alike.
#pragma once

#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/linalg/linalg.h>
#include <weft/tensor/product/matmul.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace weft::linalg {

template <class X>
X least_squares(const X& a, const X& b, Where caller) {
  const char* op = "linalg::lstsq";
  check<ShapeError>(a.dims() >= 2 && b.dims() >= 2 && a.shape().back(1) == b.shape().back(1), caller, op, ": ", a.shape(),
                    " does not fit the right-hand side ", b.shape());
  check<ShapeError>(a.shape().back(1) >= a.shape().back(), caller, op, ": takes at least as many rows as columns, not ",
                    a.shape());
  const auto [q, r] = qr(a, caller);
  return solve_triangular(r, matmul(transpose(q), b, caller), true, caller);
}

// V diag(1 / s) U^T, with 0 in place of 1 / s for an s that counts as 0. `values` are those of s.
template <class X>
X pseudoinverse(const X& u, const X& s, const X& vh, const Tensor& values, double rcond) {
  const double rows = static_cast<double>(u.shape().back(1)), columns = static_cast<double>(vh.shape().back());
  const double precision =
      values.dtype() == DType::f32 ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  const double relative = rcond < 0 ? std::max(rows, columns) * precision : rcond;
  if (values.shape().back() == 0) return matmul(transpose(vh), transpose(u));
  const Tensor counts = values > slice(values, -1, 0, 1) * relative;
  const X inverse = where(counts, 1 / where(counts, s, 1.0), 0.0);
  return matmul(transpose(vh) * unsqueeze(inverse, -2), transpose(u));
}

// By repeated squaring, from the lowest bit of n on.
template <class X>
X power(X a, std::int64_t n, Where caller) {
  if (n < 0) return power(inv(a, caller), -n, caller);
  std::optional<X> result;
  for (; n > 0; n /= 2) {
    if (n % 2 == 1) result = result ? matmul(*result, a, caller) : a;
    if (n > 1) a = matmul(a, a, caller);
  }
  return result ? *result : X(expand(eye(a.shape().back(), a.dtype()), a.shape()));
}

}  // namespace weft::linalg
