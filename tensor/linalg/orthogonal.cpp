#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/linalg/detail/batch.h>
#include <weft/tensor/linalg/detail/compositions.h>
#include <weft/tensor/linalg/linalg.h>

#include <cmath>

namespace weft::linalg {

namespace {

using lapack::Int;

void check_matrices(const char* op, const Tensor& a, Where caller) {
  check_defined(op, "matrix", a, caller);
  check<ShapeError>(a.dims() >= 2, caller, op, ": takes matrices [.., m, n], not ", a.shape());
  check<DtypeError>(is_floating(a.dtype()), caller, op, ": takes f32 or f64, not ", a.dtype());
  const std::int64_t most = std::max(a.shape().back(), a.shape().back(1));
  check<ShapeError>(most <= std::numeric_limits<Int>::max(), caller, op, ": ", a.shape(), " is too large");
}

Shape with_sizes(const Shape& matrices, std::int64_t rows, std::int64_t columns) {
  Shape shape = matrices;
  shape[shape.dims() - 2] = rows;
  shape[shape.dims() - 1] = columns;
  return shape;
}

}  // namespace

Qr<Tensor> qr(const Tensor& a, Where caller) {
  const char* op = "linalg::qr";
  OpScope profile(op, caller, a);
  check_matrices(op, a, caller);
  const Int m = static_cast<Int>(a.shape().back(1)), n = static_cast<Int>(a.shape().back()), k = std::min(m, n);
  const std::int64_t count = batch_of(a.shape()).numel(), size = std::int64_t{m} * n;
  Tensor columns = clone(transpose(a));  // [.., n, m]: column-major A
  Tensor r(with_sizes(a.shape(), k, n), a.dtype());
  visit_floating(op, a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const auto& lapack = lapack::routines<T>(caller);
    T *data = columns.output<T>(), *upper = r.output<T>();
    for_each_matrix(count, std::max(m, n), [&](std::int64_t i) {
      if (k == 0) return;
      const Int room = 64 * n;  // blocks of up to 64 columns
      std::vector<T> tau(static_cast<std::size_t>(k)), work(static_cast<std::size_t>(room));
      T *own = data + i * size, *to = upper + i * k * n;
      Int info = 0;
      lapack.geqrf(&m, &n, own, &m, tau.data(), work.data(), &room, &info);
      for (Int row = 0; row < k; ++row)
        for (Int column = 0; column < n; ++column)
          to[row * n + column] = row <= column ? own[std::int64_t{column} * m + row] : T(0);
      lapack.orgqr(&m, &k, &k, own, &m, tau.data(), work.data(), &room, &info);
    });
  });
  return {contiguous(transpose(slice(columns, -2, 0, k))), r};
}

Svd<Tensor> svd(const Tensor& a, Where caller) {
  const char* op = "linalg::svd";
  OpScope profile(op, caller, a);
  check_matrices(op, a, caller);
  check_finite(op, a, caller);
  const Int m = static_cast<Int>(a.shape().back(1)), n = static_cast<Int>(a.shape().back()), k = std::min(m, n);
  const std::int64_t count = batch_of(a.shape()).numel();
  Tensor rest = clone(a), u(with_sizes(a.shape(), m, k), a.dtype()), vh(with_sizes(a.shape(), k, n), a.dtype());
  Shape shape = batch_of(a.shape());
  shape.push_back(k, caller);
  Tensor s(shape, a.dtype());
  if (k == 0) return {u, s, vh};
  Infos infos(count);
  visit_floating(op, a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const auto& lapack = lapack::routines<T>(caller);
    T *data = rest.output<T>(), *to_u = u.output<T>(), *to_s = s.output<T>(), *to_vh = vh.output<T>();
    T room{};
    const Int query = -1;
    Int info = 0;
    lapack.gesdd("S", &n, &m, data, &n, to_s, to_vh, &n, to_u, &k, &room, &query, nullptr, &info, 1);
    const Int numbers = static_cast<Int>(room);
    // LAPACK sees A^T = V diag(s) U^T: its left vectors, column-major, are Vh, row-major, and so on.
    for_each_matrix(count, std::max(m, n), [&](std::int64_t i) {
      std::vector<T> work(static_cast<std::size_t>(numbers));
      std::vector<Int> integers(static_cast<std::size_t>(8 * k));
      lapack.gesdd("S", &n, &m, data + i * m * n, &n, to_s + i * k, to_vh + i * k * n, &n, to_u + i * m * k, &k, work.data(),
                   &numbers, integers.data(), infos[i], 1);
    });
  });
  infos.for_first_failure([&](std::int64_t place, Int) {
    check<ValueError>(false, caller, op, ": no convergence for matrix ", place, " of the batch");
  });
  return {u, s, vh};
}

Tensor lstsq(const Tensor& a, const Tensor& b, Where caller) {
  check_least_squares(a, b, caller);
  if (b.dims() == 1) return squeeze(lstsq(a, unsqueeze(b, 1), caller), -1);
  return least_squares(a, b, caller);
}

// V diag(1 / s) U^T, with 0 in place of 1 / s for an s that counts as 0.
Tensor pinv(const Tensor& a, double rcond, Where caller) {
  const auto [u, s, vh] = svd(a, caller);
  if (s.shape().back() == 0) return matmul(transpose(vh), transpose(u));
  const double most = static_cast<double>(std::max(a.shape().back(), a.shape().back(1)));
  const double precision =
      a.dtype() == DType::f32 ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  const Tensor counts = s > slice(s, -1, 0, 1) * (rcond < 0 ? most * precision : rcond);
  const Tensor inverse = where(counts, 1 / where(counts, s, 1.0), 0.0);
  return matmul(transpose(vh) * unsqueeze(inverse, -2), transpose(u));
}

Tensor matrix_power(const Tensor& a, std::int64_t n, Where caller) {
  check_square("linalg::matrix_power", a, caller);
  return n == 1 ? clone(a) : power(a, n, caller);
}

}  // namespace weft::linalg
