#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/linalg/linalg.h>
#include <weft/tensor/memory/single_threaded.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <thread>

using namespace weft;

namespace {

Tensor random(const Shape& shape, DType dtype = DType::f64, std::uint64_t seed = 1) {
  Generator generator{seed};
  return uniform(shape, -1, 1, dtype, generator);
}
Tensor regular(const Shape& shape, DType dtype = DType::f64) {
  return random(shape, dtype) + eye(shape.back(), dtype) * static_cast<double>(shape.back());
}
Tensor definite(const Shape& shape, DType dtype = DType::f64) {
  const Tensor x = random(shape, dtype);
  return matmul(x, transpose(x)) + eye(shape.back(), dtype);
}

}  // namespace

TEST_CASE("linalg: batches of matrices fulfil their equations") {
  for (DType dtype : {DType::f32, DType::f64}) {
    const double close = dtype == DType::f32 ? 1e-4 : 1e-12;
    const Tensor a = regular({3, 2, 16, 16}, dtype), b = random({2, 16, 5}, dtype, 2), one = expand(eye(16, dtype), a.shape());
    CHECK(all_close(matmul(a, linalg::inv(a)), one, close, close));
    const Tensor x = linalg::solve(a, b);
    CHECK(x.shape() == Shape{3, 2, 16, 5});
    CHECK(all_close(matmul(a, x), expand(b, x.shape()), close, close));
    CHECK(all_close(linalg::solve(transpose(a), b), linalg::solve(contiguous(transpose(a)), b), 0, 0));
    const Tensor vector = random({16}, dtype, 3);
    CHECK(all_close(matmul(a, unsqueeze(linalg::solve(a, vector), -1)), expand(unsqueeze(vector, -1), {3, 2, 16, 1}), close,
                    close));
    const Tensor s = definite({3, 2, 16, 16}, dtype), l = linalg::cholesky(s);
    CHECK(all_close(matmul(l, transpose(l)), s, close, close));
    CHECK(equal_bits(tril(l), l));
    const auto [w, v] = linalg::eigh(s);
    CHECK(w.shape() == Shape{3, 2, 16});
    CHECK(all_close(matmul(s, v), v * unsqueeze(w, -2), 10 * close, 10 * close));
    CHECK(all_close(matmul(transpose(v), v), one, close, close));
    const Tensor ascending = slice(w, -1, 1) - slice(w, -1, 0, 15);
    const Tensor steps = contiguous(cast(ascending, DType::f64));
    for (double step : steps.span<double>()) CHECK(step >= 0);
    const auto [sign, logarithm] = linalg::slogdet(a);
    CHECK(all_close(linalg::det(a), sign * exp(logarithm), 100 * close, close));
  }
}

TEST_CASE("linalg: signs of determinants, singular matrices, and matrices of size 0") {
  const Tensor swapped = tensor({{0, 2}, {3, 0}}, DType::f64), singular = tensor({{1, 2}, {2, 4}}, DType::f64);
  CHECK(linalg::det(swapped).item() == -6);
  CHECK(linalg::slogdet(swapped).sign.item() == -1);
  CHECK(linalg::det(singular).item() == 0);
  CHECK(linalg::slogdet(singular).sign.item() == 0);
  CHECK(linalg::slogdet(singular).logabsdet.item() == -std::numeric_limits<double>::infinity());
  const Tensor nothing = zeros({3, 0, 0});
  CHECK(equal_bits(linalg::det(nothing), ones({3})));
  CHECK(linalg::inv(nothing).shape() == Shape{3, 0, 0});
  CHECK(linalg::cholesky(nothing).shape() == Shape{3, 0, 0});
  CHECK(linalg::eigh(nothing).values.shape() == Shape{3, 0});
  CHECK(linalg::solve(nothing, zeros({3, 0, 2})).shape() == Shape{3, 0, 2});
  CHECK(linalg::inv(zeros({0, 4, 4})).shape() == Shape{0, 4, 4});
  CHECK(linalg::solve(eye(2), zeros({2, 0})).shape() == Shape{2, 0});
}

TEST_CASE("linalg: orthogonal factors of tall, wide and square matrices") {
  for (DType dtype : {DType::f32, DType::f64})
    for (const Shape& shape : {Shape{3, 2, 9, 5}, Shape{4, 5, 9}, Shape{7, 7}, Shape{70, 3}}) {
      const double close = dtype == DType::f32 ? 1e-4 : 1e-12;
      const Tensor a = random(shape, dtype);
      const std::int64_t m = shape.back(1), n = shape.back(), k = std::min(m, n);
      const auto is_one = [&](const Tensor& x) { return all_close(x, expand(eye(k, dtype), x.shape()), close, close); };
      const auto [q, r] = linalg::qr(a);
      CHECK(all_close(matmul(q, r), a, close, close));
      CHECK(is_one(matmul(transpose(q), q)));
      CHECK(equal_bits(triu(r), r));
      const auto [u, s, vh] = linalg::svd(a);
      CHECK(all_close(matmul(u * unsqueeze(s, -2), vh), a, close, close));
      CHECK(is_one(matmul(transpose(u), u)));
      CHECK(is_one(matmul(vh, transpose(vh))));
      const Tensor steps = contiguous(cast(slice(s, -1, 0, k - 1) - slice(s, -1, 1), DType::f64));
      for (double step : steps.span<double>()) CHECK(step >= 0);
      const Tensor p = linalg::pinv(a);
      CHECK(all_close(matmul(matmul(a, p), a), a, close, close));
      CHECK(all_close(matmul(matmul(p, a), p), p, close, close));
    }
  // Of least squares: the rest is orthogonal to the columns.
  const Tensor a = random({3, 9, 4}), b = random({3, 9, 2}, DType::f64, 2), x = linalg::lstsq(a, b);
  const Tensor one = linalg::lstsq(a, random({9}, DType::f64, 3));
  CHECK(one.shape() == Shape{3, 4});
  const Tensor rest = matmul(transpose(a), matmul(a, x) - b);
  CHECK(all_close(rest, zeros(rest.shape(), DType::f64), 1e-12, 1e-12));
}

TEST_CASE("linalg: pseudoinverses of deficient matrices, powers, and errors of orthogonal factors") {
  const Tensor deficient = tensor({{1, 2}, {2, 4}}, DType::f64);
  CHECK(all_close(linalg::pinv(deficient), deficient / 25.0, 1e-13, 1e-14));
  CHECK(all_close(linalg::pinv(zeros({2, 3})), zeros({3, 2}), 0, 0));
  CHECK(linalg::pinv(zeros({0, 3})).shape() == Shape{3, 0});
  CHECK(linalg::svd(zeros({2, 0, 3})).u.shape() == Shape{2, 0, 0});
  CHECK(linalg::qr(zeros({2, 3, 0})).r.shape() == Shape{2, 0, 0});
  const Tensor a = regular({4, 4});
  CHECK(equal_bits(linalg::matrix_power(a, 0), eye(4, DType::f64)));
  CHECK(equal_bits(linalg::matrix_power(a, 1), a));
  CHECK(linalg::matrix_power(a, 1).raw() != a.raw());
  CHECK(equal_bits(linalg::matrix_power(eye(2), std::numeric_limits<std::int64_t>::min()), eye(2)));
  CHECK(all_close(linalg::matrix_power(a, -2), linalg::inv(matmul(a, a)), 1e-12, 1e-13));
  CHECK_THROWS_WITH_AS(linalg::lstsq(zeros({2, 3}), zeros({2, 1})),
                       doctest::Contains("linalg::lstsq: takes at least as many rows as columns, not [2, 3]"), ShapeError);
  CHECK_THROWS_AS(linalg::lstsq(zeros({3, 2}), zeros({2, 1})), ShapeError);
  CHECK_THROWS_WITH_AS(linalg::lstsq(zeros({3, 2}), zeros({3, 1}, DType::f64)),
                       doctest::Contains("linalg::lstsq: takes f32 or f64, the same for both, not f32 and f64"), DtypeError);
  CHECK_THROWS_WITH_AS(linalg::lstsq(zeros({3, 2}), zeros({3, 1})), doctest::Contains("is singular"), ValueError);
  CHECK_THROWS_AS(linalg::qr(zeros({3})), ShapeError);
  CHECK_THROWS_AS(linalg::svd(zeros({2, 2}, DType::i64)), DtypeError);
  CHECK_THROWS_WITH_AS(linalg::svd(full({2, 2}, std::numeric_limits<double>::infinity())),
                       doctest::Contains("linalg::svd: the matrices contain inf"), ValueError);
  CHECK_THROWS_AS(linalg::matrix_power(zeros({2, 3}), 2), ShapeError);
}

TEST_CASE("linalg: the same bits from any number of threads, weft's and the caller's") {
  const Tensor a = regular({200, 16, 16}), b = random({200, 16, 2}, DType::f64, 2), s = definite({200, 16, 16});
  const auto all = [&] {
    return std::vector<Tensor>{linalg::solve(a, b), linalg::inv(a),  linalg::cholesky(s), linalg::eigh(s).vectors,
                               linalg::svd(a).u,    linalg::qr(a).q, linalg::det(a)};
  };
  const std::vector<Tensor> one = all();
  set_threads(4);
  const std::vector<Tensor> four = all();
  set_threads(1);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(equal_bits(one[i], four[i]));
  std::vector<std::vector<Tensor>> found(4);
  std::vector<std::thread> callers;
  for (std::vector<Tensor>& own : found)
    callers.emplace_back([&own, &all] {
      for (int round = 0; round < 5; ++round) own = all();
    });
  for (std::thread& caller : callers) caller.join();
  for (const std::vector<Tensor>& own : found)
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(equal_bits(one[i], own[i]));
}

TEST_CASE("linalg: errors name the function, the place in the batch and the reason") {
  Tensor a = regular({4, 3, 3});
  Tensor row = slice(slice(a, 0, 2, 3), 1, 1, 2);
  fill(row, 0);
  const char* singular = "matrix 2 of the batch is singular (pivot 2 is 0)";
  CHECK_THROWS_WITH_AS(linalg::inv(a), doctest::Contains(singular), ValueError);
  CHECK_THROWS_WITH_AS(linalg::solve(a, zeros({3, 1}, DType::f64)), doctest::Contains(singular), ValueError);
  CHECK_THROWS_WITH_AS(
      linalg::cholesky(tensor({{1, 2}, {2, 1}}, DType::f64)),
      doctest::Contains("linalg::cholesky: matrix 0 of the batch is not positive definite (leading minor 2 is not"), ValueError);
  CHECK_THROWS_WITH_AS(linalg::solve_triangular(a, zeros({3, 1}, DType::f64), true),
                       doctest::Contains("matrix 2 of the batch is singular (element 1 of its diagonal is 0)"), ValueError);
  CHECK_THROWS_WITH_AS(linalg::eigh(full({2, 2}, std::numeric_limits<double>::quiet_NaN())),
                       doctest::Contains("linalg::eigh: the matrices contain nan"), ValueError);
  CHECK_THROWS_WITH_AS(linalg::inv(zeros({2, 3})), doctest::Contains("linalg::inv: takes square matrices [.., n, n], not [2, 3]"),
                       ShapeError);
  CHECK_THROWS_AS(linalg::inv(zeros({2, 2}, DType::i64)), DtypeError);
  CHECK_THROWS_AS(linalg::solve(zeros({2, 2}), zeros({2, 1}, DType::f64)), DtypeError);
  CHECK_THROWS_WITH_AS(linalg::solve(eye(2), zeros({3, 1})), doctest::Contains("[2, 2] does not fit the right-hand side [3, 1]"),
                       ShapeError);
  CHECK_THROWS_AS(linalg::solve(eye(2), Tensor()), ValueError);
  CHECK_THROWS_AS(linalg::det(Tensor()), ValueError);
}

// Runs in a process of its own, below.
TEST_CASE("linalg, alone: a program without threads stays without" * doctest::skip()) {
  CHECK(detail::single_threaded());
  const Tensor a = regular({50, 8, 8});
  CHECK(all_close(matmul(a, linalg::inv(a)), expand(eye(8, DType::f64), a.shape()), 1e-12, 1e-12));
  linalg::eigh(definite({300, 300}));  // large enough for OpenBLAS to want threads
  CHECK(detail::single_threaded());
  CHECK(std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator()) == 1);
}

TEST_CASE("linalg: LAPACK starts no thread") {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  CHECK(std::system(("'" + self + "' --no-skip --test-case='linalg, alone*' > /dev/null").c_str()) == 0);
}
