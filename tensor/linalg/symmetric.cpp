#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/linalg/detail/batch.h>
#include <weft/tensor/linalg/linalg.h>

#include <cmath>

namespace weft::linalg {

namespace {

using lapack::Int;

// The sizes of the working arrays that syevd asks for.
template <class T>
std::pair<Int, Int> eigen_room(Int n, Where caller) {
  const Int query = -1;
  T room{}, none{};
  Int integer_room = 0, info = 0;
  lapack::routines<T>(caller).syevd("V", "U", &n, &none, &n, &none, &room, &query, &integer_room, &query, &info, 1, 1);
  return {static_cast<Int>(room), integer_room};
}

}  // namespace

Tensor cholesky(const Tensor& a, Where caller) {
  const char* op = "linalg::cholesky";
  OpScope profile(op, caller, a);
  check_square(op, a, caller);
  const Int n = static_cast<Int>(a.shape().back());
  const std::int64_t count = batch_of(a.shape()).numel();
  Tensor result = tril(a);
  Infos infos(count);
  visit_floating(op, a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const auto& lapack = lapack::routines<T>(caller);
    T* data = result.output<T>();
    // The lower triangle, row-major, is the upper one, column-major: A = U^T U, and U^T is L.
    for_each_matrix(count, n, [&](std::int64_t i) {
      if (n > 0) lapack.potrf("U", &n, data + i * n * n, &n, infos[i], 1);
    });
  });
  infos.for_first_failure([&](std::int64_t place, Int minor) {
    check<ValueError>(false, caller, op, ": matrix ", place, " of the batch is not positive definite (leading minor ", minor,
                      " is not positive)");
  });
  return result;
}

Tensor solve_triangular(const Tensor& a, const Tensor& b, bool upper, Where caller) {
  const char* op = "linalg::solve_triangular";
  OpScope profile(op, caller, a, b);
  check_square(op, a, caller);
  check_defined(op, "right-hand side", b, caller);
  check<DtypeError>(a.dtype() == b.dtype(), caller, op, ": the matrix is ", a.dtype(), ", the right-hand side ", b.dtype());
  check<ShapeError>(b.dims() >= 2 && b.shape().back(1) == a.shape().back(), caller, op, ": ", a.shape(),
                    " does not fit the right-hand side ", b.shape());
  const Shape batch = broadcast_shapes(op, batch_of(a.shape()), batch_of(b.shape()), caller);
  const Tensor matrices = contiguous(a);
  const Places place(a.shape(), batch);
  Tensor columns = clone(transpose(expand(b, with_batch(b.shape(), batch, caller))));  // [.., k, n]: column-major B
  const Int n = static_cast<Int>(a.shape().back()), k = static_cast<Int>(b.shape().back());
  Infos infos(batch.numel());
  visit_floating(op, a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const auto& lapack = lapack::routines<T>(caller);
    const T* from = matrices.data<T>();
    T* to = columns.output<T>();
    for_each_matrix(batch.numel(), n, [&](std::int64_t i) {
      if (n > 0 && k > 0)
        lapack.trtrs(upper ? "L" : "U", "T", "N", &n, &k, from + place[i] * n * n, &n, to + i * n * k, &n, infos[i], 1, 1, 1);
    });
  });
  infos.for_first_failure([&](std::int64_t item, Int pivot) {
    check<ValueError>(false, caller, op, ": matrix ", place[item], " of the batch is singular (element ", pivot - 1,
                      " of its diagonal is 0)");
  });
  return contiguous(transpose(columns));
}

Eigen<Tensor> eigh(const Tensor& a, Where caller) {
  const char* op = "linalg::eigh";
  OpScope profile(op, caller, a);
  check_square(op, a, caller);
  check_finite(op, a, caller);
  const Int n = static_cast<Int>(a.shape().back());
  const std::int64_t count = batch_of(a.shape()).numel();
  Shape shape = batch_of(a.shape());
  shape.push_back(n, caller);
  Tensor rows = clone(a), values(shape, a.dtype());
  Infos infos(count);
  if (n == 0) return {values, rows};
  visit_floating(op, a.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const auto& lapack = lapack::routines<T>(caller);
    T *data = rows.output<T>(), *to = values.output<T>();
    const auto [room, integer_room] = eigen_room<T>(n, caller);
    const Int numbers = room, integers = integer_room;
    for_each_matrix(count, n, [&](std::int64_t i) {
      std::vector<T> work(static_cast<std::size_t>(numbers));
      std::vector<Int> integer_work(static_cast<std::size_t>(integers));
      lapack.syevd("V", "U", &n, data + i * n * n, &n, to + i * n, work.data(), &numbers, integer_work.data(), &integers,
                   infos[i], 1, 1);
    });
  });
  infos.for_first_failure([&](std::int64_t place, Int) {
    check<ValueError>(false, caller, op, ": no convergence for matrix ", place, " of the batch");
  });
  return {values, contiguous(transpose(rows))};  // LAPACK's columns are rows here
}

}  // namespace weft::linalg
