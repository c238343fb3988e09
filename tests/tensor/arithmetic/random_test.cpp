#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/kernels/philox.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

std::vector<std::uint32_t> block(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  std::vector<std::uint32_t> words(4);
  best<kernels::PhiloxKernel>([&](auto kernel) { kernel.words({seed, stream, 0}, index, 1, words.data()); });
  return words;
}

struct Moments {
  double mean, variance, skewness, kurtosis;
};
Moments moments(const Tensor& x) {
  const Tensor values = cast(x, DType::f64);
  const double n = static_cast<double>(values.numel());
  Moments m{};
  for (double v : values.span<double>()) m.mean += v / n;
  for (double v : values.span<double>()) {
    const double d = v - m.mean;
    m.variance += d * d / n, m.skewness += d * d * d / n, m.kurtosis += d * d * d * d / n;
  }
  m.skewness /= std::pow(m.variance, 1.5);
  m.kurtosis /= m.variance * m.variance;
  return m;
}

}  // namespace

// The known-answer vectors of Random123 (kat_vectors, philox4x32 10).
TEST_CASE("philox: results agree with published vectors") {
  using Four = std::array<std::uint32_t, 4>;
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Four{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  on_each_isa([] {
    using Words = std::vector<std::uint32_t>;
    CHECK(block(0, 0, 0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(block(~0ull, ~0ull, ~0ull) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(block(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  });
}

TEST_CASE("philox: the kernel computes the plain definition") {
  on_each_isa([] {
    std::vector<std::uint32_t> words(4 * 37);
    best<kernels::PhiloxKernel>([&](auto kernel) { kernel.words({0x1234567890, 77, 1}, 0xfffffff0, 37, words.data()); });
    for (std::uint64_t i = 0; i < 37; ++i) {
      const std::uint64_t index = 0xfffffff0 + i;
      const auto expected = philox(
          {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32) + (1u << 30), 77, 0}, {0x34567890, 0x12});
      for (std::size_t word = 0; word < 4; ++word) REQUIRE(words[4 * i + word] == expected[word]);
    }
  });
}

TEST_CASE("random: an element depends only on seed, stream and position") {
  const auto draws = {
      +[](Generator& g, std::int64_t n) { return uniform({n}, -1, 2, DType::f32, g); },
      +[](Generator& g, std::int64_t n) { return uniform({n}, -1, 2, DType::f64, g); },
      +[](Generator& g, std::int64_t n) { return normal({n}, 1, 2, DType::f32, g); },
      +[](Generator& g, std::int64_t n) { return normal({n}, 1, 2, DType::f64, g); },
      +[](Generator& g, std::int64_t n) { return randint(-5, 1000, {n}, g); },
      +[](Generator& g, std::int64_t n) { return bernoulli({n}, 0.3, DType::f32, g); },
  };
  on_each_isa([&] {
    for (auto draw : draws) {
      const std::int64_t n = 40001;
      Generator whole{7, 3, 5};
      const Tensor all = draw(whole, n);
      CHECK(whole == Generator{7, 3, 5 + static_cast<std::uint64_t>(n)});
      same_bits_on_threads([&] {
        Generator again{7, 3, 5};
        return draw(again, n);
      });
      for (std::int64_t begin : {0, 1, 2, 3, 1023, 16384, 20001})
        for (std::int64_t count : {0, 1, 7, 1024, 3000}) {
          Generator part{7, 3, 5 + static_cast<std::uint64_t>(begin)};
          REQUIRE(equal_bits(draw(part, count), slice(all, 0, begin, begin + count)));
        }
      Generator other_seed{8, 3, 5}, other_stream{7, 4, 5};
      CHECK_FALSE(equal_bits(draw(other_seed, n), all));
      CHECK_FALSE(equal_bits(draw(other_stream, n), all));
    }
  });
}

TEST_CASE("random: distributions have the right moments") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64}) {
      CAPTURE(dtype);
      Generator g{1, 0, 0};
      const Tensor u = uniform({200000}, 0, 1, dtype, g), z = normal({200000}, 0, 1, dtype, g);
      CHECK(min(u).item() >= 0);
      CHECK(max(u).item() < 1);
      const Moments flat = moments(u), bell = moments(z);  // the bounds are five standard errors of 200000 numbers
      CHECK(std::abs(flat.mean - 0.5) < 5 * std::sqrt(1.0 / 12 / 200000));
      CHECK(std::abs(flat.variance - 1.0 / 12) < 5 * std::sqrt((1.0 / 80 - 1.0 / 144) / 200000));
      CHECK(std::abs(bell.mean) < 5 * std::sqrt(1.0 / 200000));
      CHECK(std::abs(bell.variance - 1) < 5 * std::sqrt(2.0 / 200000));
      CHECK(std::abs(bell.skewness) < 5 * std::sqrt(6.0 / 200000));
      CHECK(std::abs(bell.kurtosis - 3) < 5 * std::sqrt(24.0 / 200000));
    }
  });
}

TEST_CASE("random: neighbours and streams do not correlate") {
  Generator a{1, 0, 0}, b{1, 1, 0};
  const Tensor x = normal({100001}, 0, 1, DType::f64, a), y = normal({100001}, 0, 1, DType::f64, b);
  auto p = x.span<double>(), q = y.span<double>();
  double neighbours = 0, streams = 0;
  for (std::size_t i = 0; i + 1 < p.size(); ++i) neighbours += p[i] * p[i + 1], streams += p[i] * q[i];
  CHECK(std::abs(neighbours) < 5 * std::sqrt(1e5));
  CHECK(std::abs(streams) < 5 * std::sqrt(1e5));
}

TEST_CASE("random: normal agrees with Box and Muller's formula") {
  on_each_isa([] {
    Generator g{11, 0, 0}, same = g;
    const Tensor u = uniform({1000}, 0, 1, DType::f64, g), z = normal({1000}, 0.5, 2, DType::f64, same);
    for (std::size_t i = 0; i < 1000; i += 2) {
      const double radius = std::sqrt(-2 * std::log(1 - u.span<double>()[i]));
      const double angle = 2 * 3.14159265358979323846 * u.span<double>()[i + 1];
      REQUIRE(std::abs(z.span<double>()[i] - (0.5 + 2 * radius * std::cos(angle))) < 1e-12);
      REQUIRE(std::abs(z.span<double>()[i + 1] - (0.5 + 2 * radius * std::sin(angle))) < 1e-12);
    }
  });
}

TEST_CASE("randint: covers its range evenly") {
  Generator g{2, 0, 0};
  std::vector<int> counts(7);
  const Tensor drawn = randint(-3, 4, {70000}, g);
  for (std::int64_t v : drawn.span<std::int64_t>()) ++counts.at(static_cast<std::size_t>(v + 3));
  for (int count : counts) CHECK(std::abs(count - 10000) < 5 * std::sqrt(10000.0));
}

TEST_CASE("permutation: it has every number once, and all orders are equally likely") {
  Generator g{3, 0, 0};
  for (std::int64_t n : {0, 1, 2, 5, 5000}) {
    const Tensor order = permutation(n, g);
    std::vector<std::int64_t> sorted(order.span<std::int64_t>().begin(), order.span<std::int64_t>().end());
    std::sort(sorted.begin(), sorted.end());
    for (std::int64_t i = 0; i < n; ++i) REQUIRE(sorted[static_cast<std::size_t>(i)] == i);
  }
  std::vector<int> counts(6);  // the six orders of three numbers
  for (int i = 0; i < 6000; ++i) {
    auto p = permutation(3, g);
    ++counts.at(static_cast<std::size_t>(p.at({0}) * 2 + (p.at({1}) > p.at({2}))));
  }
  for (int count : counts) CHECK(std::abs(count - 1000) < 5 * std::sqrt(1000.0));
}

TEST_CASE("bernoulli: it has the right share of true, and 0 and 1 are exact") {
  Generator g{4, 0, 0};
  CHECK(std::abs(sum(bernoulli({100000}, 0.2, DType::boolean, g)).item() - 20000) < 5 * std::sqrt(100000 * 0.2 * 0.8));
  CHECK(sum(bernoulli({1000}, 0, DType::f32, g)).item() == 0);
  CHECK(sum(bernoulli({1000}, 1, DType::f32, g)).item() == 1000);
}

TEST_CASE("manual_seed: resets the thread's generator") {
  manual_seed(42);
  const Tensor first = uniform({10}), second = uniform({10});
  CHECK_FALSE(equal_bits(first, second));
  const Generator saved = default_generator();
  const Tensor third = normal({3});
  manual_seed(42);
  CHECK(equal_bits(uniform({10}), first));
  CHECK(equal_bits(uniform({10}), second));
  CHECK(default_generator() == saved);
  default_generator() = saved;
  CHECK(equal_bits(normal({3}), third));
}

TEST_CASE("Generator: single draws continue the same sequence") {
  Generator g{9, 1, 6}, same = g;
  const double single = g.uniform();
  CHECK(single == uniform({1}, 0, 1, DType::f64, same).item());
  CHECK(g.below(1000) == randint(0, 1000, {1}, same).item());
  CHECK(g == same);
}

TEST_CASE("uniform: the difference of the bounds may overflow") {
  Generator g{3};
  for (const auto& bound : {std::pair{DType::f32, 3.4e38}, std::pair{DType::f64, 1.7e308}}) {
    const auto [dtype, largest] = bound;
    CAPTURE(bound.first);
    const Tensor x = uniform({10000}, -largest, largest, dtype, g);
    CHECK(is_finite(x));
    CHECK(max(abs(x)).item() <= largest * 1.0000001);
    CHECK(min(x).item() < -0.99 * largest);
    CHECK(max(x).item() > 0.99 * largest);
    CHECK(std::abs(mean(x / largest).item()) < 0.02);
  }
}

TEST_CASE("random: invalid arguments are errors") {
  Generator g;
  const Where no_line{};
  CHECK_THROWS_WITH_AS(uniform({2}, 1, 0, DType::f32, g, no_line), "uniform: low 1 is above high 0", ValueError);
  CHECK_THROWS_WITH_AS(uniform({2}, 0, 1, DType::i64, g, no_line), "uniform: takes f32 or f64, not i64", DtypeError);
  CHECK_THROWS_WITH_AS(normal({2}, 0, -1, DType::f32, g, no_line), "normal: stddev is -1, not at least 0", ValueError);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(uniform({2}, -1, infinity, DType::f32, g, no_line), "uniform: the argument inf is not finite in f32",
                       ValueError);
  CHECK_THROWS_WITH_AS(uniform({2}, 0, 1e39, DType::f32, g, no_line), "uniform: the argument 1e+39 is not finite in f32",
                       ValueError);
  CHECK_THROWS_AS(normal({2}, 0, infinity, DType::f64, g, no_line), ValueError);
  CHECK_THROWS_AS(normal({2}, -infinity, 1, DType::f64, g, no_line), ValueError);
  CHECK_THROWS_WITH_AS(randint(3, 3, {2}, g, no_line), "randint: no number in 3..3 (high is excluded)", ValueError);
  CHECK_THROWS_WITH_AS(g.below(0), "random: a bound must be at least 1, not 0", ValueError);
  CHECK_THROWS_WITH_AS(permutation(-1, g, no_line), "permutation: n is negative: -1", ValueError);
  CHECK_THROWS_WITH_AS(bernoulli({2}, 1.5, DType::f32, g, no_line), "bernoulli: probability is 1.5, not in 0..1", ValueError);
}
