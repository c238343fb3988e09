// Gradients of batches, and at matrices that the op table does not draw.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/linalg/linalg.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

namespace {

Tensor slope(const Variable& result, const Variable& x) { return grad({sum(result)}, {x})[0].tensor(); }

Variable identity(std::int64_t n) { return leaf(eye(n, DType::f64)); }

}  // namespace

TEST_CASE("linalg: the gradients of values alone are defined where some are equal") {
  const Variable x = identity(3);
  CHECK(all_close(slope(linalg::eigh(x).values, x), eye(3, DType::f64), 1e-14, 1e-15));
  CHECK(all_close(slope(linalg::svd(x).s, x), eye(3, DType::f64), 1e-14, 1e-15));
  CHECK(all_close(slope(square(linalg::eigh(x).values), x), eye(3, DType::f64) * 2.0, 1e-14, 1e-15));
}

TEST_CASE("linalg: the gradient of pinv is defined for equal singular values and deficient matrices") {
  const Variable x = identity(3);
  CHECK(all_close(slope(linalg::pinv(x), x), full({3, 3}, -1, DType::f64), 1e-14, 1e-15));
  // Of rank 1, by a difference that keeps the rank: u v^T with u moved by h.
  const auto at = [](double h) { return tensor({{1 + h, 2 * (1 + h)}, {2, 4}, {3, 6}}, DType::f64); };
  const double h = 1e-5;
  const double difference = (sum(linalg::pinv(at(h))).item() - sum(linalg::pinv(at(-h))).item()) / (2 * h);
  const Variable deficient = leaf(at(0));
  const Tensor found = slope(linalg::pinv(deficient), deficient);
  CHECK(found.at({0, 0}) + 2 * found.at({0, 1}) == doctest::Approx(difference).epsilon(1e-8));
}

TEST_CASE("linalg: gradients of both orders of batches that broadcast, of tall and of wide matrices") {
  Numbers numbers(21);
  const Variable a = leaf(numbers.tensor({2, 1, 3, 3}) + eye(3, DType::f64) * 3.0), b = leaf(numbers.tensor({4, 3, 2}));
  const Variable tall = leaf(numbers.tensor({2, 4, 2})), wide = leaf(numbers.tensor({2, 2, 3})),
                 vector = leaf(numbers.tensor({3}));
  const Variable right = leaf(numbers.tensor({2, 4, 1}));
  const auto check = [](const std::function<Variable()>& f, const std::vector<Variable>& x) {
    CHECK(gradcheck(f, x));
    CHECK(gradgradcheck(f, x));
  };
  check([&] { return linalg::solve(a, b); }, {a, b});
  check([&] { return linalg::solve(a, vector); }, {a, vector});
  check([&] { return linalg::solve_triangular(a, b, true); }, {a, b});
  check([&] { return linalg::inv(a); }, {a});
  check([&] { return linalg::det(a); }, {a});
  check([&] { return linalg::slogdet(a).logabsdet; }, {a});
  check([&] { return linalg::cholesky(matmul(a, transpose(a))); }, {a});
  check([&] { return linalg::eigh(a + transpose(a)).values; }, {a});
  check([&] { return linalg::svd(tall).s; }, {tall});
  check([&] { return square(linalg::svd(wide).u); }, {wide});
  check([&] { return linalg::qr(tall).r; }, {tall});
  check([&] { return linalg::lstsq(tall, right); }, {tall, right});
  check([&] { return linalg::pinv(wide); }, {wide});
  check([&] { return linalg::matrix_power(a, -2); }, {a});
}

TEST_CASE("linalg: gradients that do not exist name the function") {
  const Variable singular = leaf(tensor({{1, 2}, {2, 4}}, DType::f64)), wide = leaf(tensor({{1, 2, 3}, {4, 5, 7}}, DType::f64));
  CHECK_THROWS_WITH_AS(slope(linalg::det(singular), singular), doctest::Contains("linalg::det: has no gradient at a singular"),
                       ValueError);
  CHECK_THROWS_WITH_AS(slope(linalg::slogdet(singular).logabsdet, singular),
                       doctest::Contains("linalg::slogdet: has no gradient at a singular"), ValueError);
  CHECK_THROWS_WITH_AS(slope(linalg::qr(wide).r, wide), doctest::Contains("linalg::qr: has a gradient for at least as many rows"),
                       ShapeError);
}
