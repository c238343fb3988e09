#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/linalg/detail/batch.h>
#include <weft/tensor/linalg/detail/lu.h>
#include <weft/tensor/linalg/linalg.h>

#include <cmath>

namespace weft::linalg {

namespace {

using lapack::Int;

// Views of one right-hand side as a matrix with one column.
bool is_vector(const Tensor& a, const Tensor& b) { return b.dims() == 1 && a.dims() >= 2; }

void check_right_side(const char* op, const Tensor& a, const Tensor& b, Where caller) {
  check_square(op, a, caller);
  check_defined(op, "right-hand side", b, caller);
  check<DtypeError>(a.dtype() == b.dtype(), caller, op, ": the matrix is ", a.dtype(), ", the right-hand side ", b.dtype());
  check<ShapeError>(b.dims() >= 1 && b.shape().back(b.dims() > 1) == a.shape().back(), caller, op, ": ", a.shape(),
                    " does not fit the right-hand side ", b.shape());
}

}  // namespace

LuFactors lu_factors(const char* op, const Tensor& a, Where caller) {
  check_square(op, a, caller);
  const Int n = static_cast<Int>(a.shape().back());
  const std::int64_t count = batch_of(a.shape()).numel(), size = std::int64_t{n} * n;
  LuFactors lu{clone(a), std::vector<Int>(static_cast<std::size_t>(count * n)),
               std::vector<Int>(static_cast<std::size_t>(count))};
  visit_floating(op, a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const auto& lapack = lapack::routines<T>(caller);
    T* data = lu.factors.template output<T>();
    for_each_matrix(count, n, [&](std::int64_t i) {
      if (n > 0) lapack.getrf(&n, &n, data + i * size, &n, lu.pivots.data() + i * n, &lu.infos[static_cast<std::size_t>(i)]);
    });
  });
  return lu;
}

void check_regular(const char* op, const LuFactors& lu, Where caller) {
  for (std::size_t i = 0; i < lu.infos.size(); ++i)
    check<ValueError>(lu.infos[i] == 0, caller, op, ": matrix ", i, " of the batch is singular (pivot ", lu.infos[i], " is 0)");
}

Tensor inv(const Tensor& a, Where caller) {
  OpScope profile("linalg::inv", caller, a);
  LuFactors lu = lu_factors("linalg::inv", a, caller);
  check_regular("linalg::inv", lu, caller);
  const Int n = static_cast<Int>(a.shape().back());
  const std::int64_t count = std::ssize(lu.infos), size = std::int64_t{n} * n;
  visit_floating("linalg::inv", a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const auto& lapack = lapack::routines<T>(caller);
    T* data = lu.factors.output<T>();
    // The inverse of A^T, column-major, is that of A, row-major.
    for_each_matrix(count, n, [&](std::int64_t i) {
      const Int room = std::max<Int>(n, 1);
      std::vector<T> work(static_cast<std::size_t>(room));
      if (n > 0)
        lapack.getri(&n, data + i * size, &n, lu.pivots.data() + i * n, work.data(), &room,
                     &lu.infos[static_cast<std::size_t>(i)]);
    });
  });
  return lu.factors;
}

Tensor solve(const Tensor& a, const Tensor& b, Where caller) {
  const char* op = "linalg::solve";
  OpScope profile(op, caller, a, b);
  check_right_side(op, a, b, caller);
  if (is_vector(a, b)) return squeeze(solve(a, unsqueeze(b, 1), caller), -1);
  const Shape batch = broadcast_shapes(op, batch_of(a.shape()), batch_of(b.shape()), caller);
  const LuFactors lu = lu_factors(op, a, caller);
  check_regular(op, lu, caller);
  const Places place(a.shape(), batch);
  Tensor columns = clone(transpose(expand(b, with_batch(b.shape(), batch, caller))));  // [.., k, n]: column-major B
  const Int n = static_cast<Int>(a.shape().back()), k = static_cast<Int>(b.shape().back());
  visit_floating(op, a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const auto& lapack = lapack::routines<T>(caller);
    const T* factors = lu.factors.data<T>();
    T* to = columns.output<T>();
    for_each_matrix(batch.numel(), n, [&](std::int64_t i) {
      Int info = 0;
      if (n > 0 && k > 0)
        lapack.getrs("T", &n, &k, factors + place[i] * n * n, &n, lu.pivots.data() + place[i] * n, to + i * n * k, &n, &info, 1);
    });
  });
  return contiguous(transpose(columns));
}

SignAndLog<Tensor> slogdet(const Tensor& a, Where caller) {
  OpScope profile("linalg::slogdet", caller, a);
  const LuFactors lu = lu_factors("linalg::slogdet", a, caller);
  const std::int64_t n = a.shape().back(), count = std::ssize(lu.infos);
  Tensor sign = ones(batch_of(a.shape()), a.dtype()), logarithm = zeros(batch_of(a.shape()), a.dtype());
  visit_floating("linalg::slogdet", a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const T* factors = lu.factors.data<T>();
    T *signs = sign.output<T>(), *logarithms = logarithm.output<T>();
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        const T pivot = factors[(i * n + j) * n + j];
        if (lu.pivots[static_cast<std::size_t>(i * n + j)] != j + 1) signs[i] = -signs[i];
        signs[i] *= static_cast<T>((pivot > 0) - (pivot < 0));
        if (std::isnan(pivot)) signs[i] = pivot;
        logarithms[i] += std::log(std::abs(pivot));
      }
  });
  return {sign, logarithm};
}

Tensor det(const Tensor& a, Where caller) {
  OpScope profile("linalg::det", caller, a);
  const LuFactors lu = lu_factors("linalg::det", a, caller);
  const std::int64_t n = a.shape().back(), count = std::ssize(lu.infos);
  Tensor result = ones(batch_of(a.shape()), a.dtype());
  visit_floating("linalg::det", a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const T* factors = lu.factors.data<T>();
    T* to = result.output<T>();
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        to[i] *= factors[(i * n + j) * n + j];
        if (lu.pivots[static_cast<std::size_t>(i * n + j)] != j + 1) to[i] = -to[i];
      }
  });
  return result;
}

}  // namespace weft::linalg
