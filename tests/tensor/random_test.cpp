#include <doctest/doctest.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/random.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace weft;

TEST_CASE("philox gives the numbers of its authors' test vectors") {
  using Four = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Four{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  std::uint32_t f = 0xffffffff;
  CHECK(philox({f, f, f, f}, {f, f}) == Four{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Four{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("draws have the moments they should") {
  Generator g{7};
  Tensor u = uniform({200000}, -1, 3, DType::f64, g), n = normal({200000}, 2, 0.5, DType::f64, g);
  auto moments = [](const Tensor& x) {
    double mean = 0, square = 0;
    for (double v : x.span<double>()) mean += v, square += v * v;
    auto count = static_cast<double>(x.numel());
    return std::pair(mean / count, std::sqrt(square / count - mean / count * mean / count));
  };
  auto [u_mean, u_deviation] = moments(u);
  CHECK(std::abs(u_mean - 1) < 0.01);
  CHECK(std::abs(u_deviation - 4 / std::sqrt(12.0)) < 0.01);
  auto [n_mean, n_deviation] = moments(n);
  CHECK(std::abs(n_mean - 2) < 0.005);
  CHECK(std::abs(n_deviation - 0.5) < 0.005);
}

TEST_CASE("a draw depends on seed, stream and counter, and on no thread count") {
  Generator a{1, 2, 3}, b{1, 2, 3}, other{1, 3, 3};
  set_threads(1);
  Tensor x = uniform({100000}, 0, 1, DType::f32, a);
  set_threads(2);
  Tensor y = uniform({100000}, 0, 1, DType::f32, b);
  set_threads(1);
  CHECK(equal_bits(x, y));
  CHECK_FALSE(equal_bits(x, uniform({100000}, 0, 1, DType::f32, other)));
  CHECK(a.counter == 100003);
  Generator later{1, 2, 3 + 50000};
  CHECK(uniform({1}, 0, 1, DType::f32, later).item() == x.at({50000}));
}

TEST_CASE("permutation holds every number once; randint and bernoulli keep their bounds") {
  Generator g{5};
  Tensor order = permutation(1000, g);
  std::vector<std::int64_t> sorted(order.span<std::int64_t>().begin(), order.span<std::int64_t>().end());
  CHECK_FALSE(std::is_sorted(sorted.begin(), sorted.end()));
  std::sort(sorted.begin(), sorted.end());
  for (std::int64_t i = 0; i < 1000; ++i) REQUIRE(sorted[static_cast<std::size_t>(i)] == i);
  auto draws = randint(-3, 4, {10000}, g);
  auto [low, high] = std::ranges::minmax(draws.span<std::int64_t>());
  CHECK(low == -3);
  CHECK(high == 3);
  double ones = 0;
  for (float v : bernoulli({10000}, 0.3, DType::f32, g).span<float>()) ones += v;
  CHECK(std::abs(ones / 10000 - 0.3) < 0.02);
  CHECK_THROWS_AS(randint(3, 3, {1}, g), ValueError);
  CHECK_THROWS_AS(bernoulli({1}, 1.5, DType::f32, g), ValueError);
}
