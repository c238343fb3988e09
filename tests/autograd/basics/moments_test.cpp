// The range of norms and the rounding of variances, with their gradients.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();

// Returns the gradient of the sum of f(x).
template <class F>
Tensor gradient(F f, const Tensor& x, bool create_graph = false) {
  Variable input = leaf(x);
  return grad({sum(f(input))}, {input}, {.create_graph = create_graph})[0].tensor();
}

}  // namespace

TEST_CASE("norm: powers may overflow or underflow, in the gradient too") {
  on_each_isa([] {
    for (double p : {0.5, 1.0, 1.5, 2.0, 3.0, 8.0})
      for (DType dtype : {DType::f32, DType::f64})
        for (double size : {1e-37, 3e-30, 1e-20, 1e-8, 1.0, 1e10, 1e20, 3e33}) {
          const double unit = dtype == DType::f32 ? size : std::pow(size, 8);
          CAPTURE(p);
          CAPTURE(unit);
          const Tensor x = tensor({{3, -4, 0}, {1, 1, 2}}, dtype);
          const Variable scaled = Variable(x * unit);
          CHECK(all_close(norm(scaled.tensor(), 1, p) / unit, norm(x, 1, p), 2e-5, 0));
          for (bool create_graph : {false, true})
            CHECK(all_close(gradient([&](const Variable& v) { return norm(v, 1, p); }, x * unit, create_graph),
                            gradient([&](const Variable& v) { return norm(v, 1, p); }, x), 2e-5, 0));
        }
  });
}

TEST_CASE("norm: rows of zeros, infinities and NaN do not affect scaled rows") {
  const Tensor x = tensor({{0, 0}, {3e25, 4e25}, {kInfinity, 1}, {kNan, 1e30}, {3e-25, 4e-25}, {3, 4}});
  const Tensor y = norm(x, 1);
  CHECK(all_close(slice(y, 0, 0, 2), tensor({0, 5e25}), 1e-6, 0));
  CHECK(y.at({2}) == kInfinity);
  CHECK(std::isnan(y.at({3})));
  CHECK(all_close(slice(y, 0, 4), tensor({5e-25, 5}), 1e-6, 0));
  // A row does not depend on the others.
  for (std::int64_t row = 0; row < 6; ++row) CHECK(equal_bits(norm(slice(x, 0, row, row + 1), 1), slice(y, 0, row, row + 1)));
  CHECK(norm(zeros({0})).item() == 0);
  CHECK(equal_bits(norm(zeros({2, 0}), 1, 3), zeros({2})));
}

TEST_CASE("norm: the gradient is right for rows with very different or infinite numbers") {
  for (DType dtype : {DType::f32, DType::f64})
    for (bool create_graph : {false, true}) {
      const double large = dtype == DType::f32 ? 1e30 : 1e300;
      const Tensor x = tensor({{large, -1 / large, 0}, {kInfinity, -2, 0}, {1, -3, kNan}}, dtype);
      const Tensor signs = gradient([](const Variable& v) { return norm(v, 1, 1); }, x, create_graph);
      CHECK(equal_bits(slice(signs, 0, 0, 2), tensor({{1, -1, 0}, {1, -1, 0}}, dtype)));
      CHECK(equal_bits(slice(select(signs, 0, 2), 0, 0, 2), tensor({1, -1}, dtype)));
      CHECK(std::isnan(signs.at({2, 2})));
    }
}

TEST_CASE("norm: the gradient has the full precision of its dtype, however different the numbers of a row are") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (bool create_graph : {false, true}) {
        const double large = dtype == DType::f32 ? 1e30 : 1e300, tiny = dtype == DType::f32 ? 2e-38 : 3e-308;
        const Tensor x = tensor({{large, -1 / large, 0}, {-large, 3, 1e-5}, {1, -1 / large, 2}, {0, tiny, 50 * large}}, dtype);
        for (double p : {0.25, 0.5, 0.9, 1.5, 1.9, 2.0, 2.5, 3.0, 90.0}) {
          CAPTURE(p);
          const Tensor slopes = gradient([&](const Variable& v) { return norm(v, 1, p); }, x, create_graph);
          for (std::int64_t i = 0; i < 4; ++i) {
            const auto at = [&](std::int64_t j) { return static_cast<long double>(x.at({i, j})); };
            const long double most = std::max({std::abs(at(0)), std::abs(at(1)), std::abs(at(2))});
            long double sum = 0;
            for (std::int64_t j = 0; j < 3; ++j) sum += std::pow(std::abs(at(j)) / most, static_cast<long double>(p));
            const long double y = most * std::pow(sum, 1 / static_cast<long double>(p));
            for (std::int64_t j = 0; j < 3; ++j) {
              CAPTURE(at(j));
              const long double slope = std::pow(std::abs(at(j)) / y, static_cast<long double>(p) - 1);
              const double right = at(j) == 0 ? 0 : static_cast<double>(std::copysign(slope, at(j)));
              const double given = slopes.at({i, j});
              if (std::abs(right) > (dtype == DType::f32 ? 3e38 : 1e308))
                CHECK(std::abs(given) >= (dtype == DType::f32 ? 3e38 : 1e308));
              else if (std::abs(right) < tiny)
                CHECK(std::abs(given) < tiny);
              else
                CHECK(given == doctest::Approx(right).epsilon(dtype == DType::f32 ? 2e-5 : 1e-13).scale(0));
            }
          }
        }
      }
  });
}

TEST_CASE("var: equal numbers have a variance and a gradient of 0") {
  on_each_isa([] {
    for (double number : {0.1, -12345.678, 1e7 / 3})
      for (const Axes& axes : {Axes(0), Axes(1), Axes()}) {
        const Tensor x = full({300, 7}, number);
        CHECK(max(var(x, axes)).item() == 0);
        for (bool create_graph : {false, true})
          CHECK(equal_bits(abs(gradient([&](const Variable& v) { return var(v, axes); }, x, create_graph)), zeros({300, 7})));
      }
  });
}

TEST_CASE("centered: it passes gradient checks of both orders") {
  const auto f = [](const std::vector<Variable>& x) { return sum(square(centered(x[0], 1)) * x[1]); };
  const std::vector<Tensor> inputs{Numbers(1).tensor({3, 4}), Numbers(2).tensor({3, 4})};
  CHECK(gradcheck(f, inputs));
  CHECK(gradgradcheck(f, inputs));
}

TEST_CASE("logsumexp: small differences are preserved, and a NaN makes the whole row's gradient NaN") {
  const Tensor rows = tensor({{kNan, 0}, {1, 1}, {kInfinity, 0}});
  for (bool create_graph : {false, true}) {
    const Tensor g = gradient([](const Variable& v) { return logsumexp(v, 1); }, rows, create_graph);
    CHECK(std::isnan(g.at({0, 0})));
    CHECK(std::isnan(g.at({0, 1})));
    CHECK(all_close(slice(g, 0, 1), tensor({{0.5, 0.5}, {1, 0}}), 1e-6, 0));
  }
}

TEST_CASE("logsumexp: the rounding of large results does not reach the gradient") {
  const Tensor rows = tensor({{1e4, 1e4 + 1, 1e4 - 1}, {1e30, 1e30, -1e30}, {-3e38, -3e38, -3e38}});
  const double e = std::exp(1.0), total = 1 + e + 1 / e;
  const Tensor shares = tensor({{1 / total, e / total, 1 / e / total}, {0.5, 0.5, 0}, {1.0 / 3, 1.0 / 3, 1.0 / 3}});
  for (bool create_graph : {false, true}) {
    const auto along = [&](int axis) {
      return [axis](const Variable& v) { return logsumexp(axis == 1 ? v : transpose(v), axis); };
    };
    CHECK(all_close(gradient(along(1), rows, create_graph), shares, 1e-6, 0));
    CHECK(all_close(gradient(along(0), rows, create_graph), shares, 1e-6, 0));
  }
}
