#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/nn/transformer/positions.h>
#include <weft/tensor/array/create.h>

#include <cmath>

#include "tests/nn/layer_checks.h"

using namespace weft;

TEST_CASE("sinusoidal positions are the formula's") {
  const Tensor positions = nn::sinusoidal_positions(3, 5, 4);
  for (std::int64_t t = 0; t < 3; ++t)
    for (std::int64_t i = 0; i < 5; ++i) {
      const double angle = static_cast<double>(t + 4) / std::pow(10000.0, static_cast<double>(i - i % 2) / 5);
      CHECK(positions.at({t, i}) == doctest::Approx(i % 2 ? std::cos(angle) : std::sin(angle)).epsilon(1e-7));
    }
  const nn::SinusoidalPositions layer(nn::root, 5);
  CHECK(equal_bits(layer(zeros({2, 3, 5}), 4).tensor(), contiguous(expand(positions, {2, 3, 5}))));
  CHECK_THROWS_WITH_AS(layer(zeros({2, 3, 4})), doctest::Contains("takes [batch, time, 5], not [2, 3, 4]"), ShapeError);
  CHECK_THROWS_AS(layer(zeros({2, 3, 5}), -1), ValueError);
  CHECK_THROWS_AS(nn::sinusoidal_positions(-1, 2), ValueError);
}

TEST_CASE("learned positions are the rows of their weight, which gets the gradient") {
  nn::LearnedPositions layer(nn::root, 6, 4);
  Numbers numbers(1);
  check_gradients(layer, {numbers.tensor({2, 3, 4})}, [&](const std::vector<Variable>& in) { return layer(in[0], 2); });
  CHECK(equal_bits(contiguous(select(layer(zeros({1, 3, 4}, DType::f64), 2).tensor(), 0, 0)),
                   slice(layer.weight.tensor(), 0, 2, 5)));
  CHECK_THROWS_WITH_AS(layer(zeros({2, 5, 4}, DType::f64), 2), doctest::Contains("position 6 is outside 0 .. 5"), IndexError);
}

TEST_CASE("rotary embedding turns each pair by its angle") {
  Numbers numbers(2);
  const Tensor x = numbers.tensor({2, 3, 4, 6});
  for (bool interleaved : {false, true}) {
    const Tensor y = nn::rotary_embedding(x, 5, {.base = 100, .interleaved = interleaved}).tensor();
    REQUIRE(y.shape() == x.shape());
    for (std::int64_t t = 0; t < 4; ++t)
      for (std::int64_t i = 0; i < 3; ++i) {
        const std::int64_t first = interleaved ? 2 * i : i, second = interleaved ? 2 * i + 1 : i + 3;
        const double angle = static_cast<double>(t + 5) / std::pow(100.0, static_cast<double>(2 * i) / 6);
        const double a = x.at({1, 2, t, first}), b = x.at({1, 2, t, second});
        CHECK(y.at({1, 2, t, first}) == doctest::Approx(a * std::cos(angle) - b * std::sin(angle)).epsilon(1e-13));
        CHECK(y.at({1, 2, t, second}) == doctest::Approx(a * std::sin(angle) + b * std::cos(angle)).epsilon(1e-13));
      }
    const Variable in = leaf(x);
    CHECK(gradcheck([&] { return nn::rotary_embedding(in, 1, {.interleaved = interleaved}); }, {in}));
  }
  CHECK_THROWS_WITH_AS(nn::rotary_embedding(zeros({2, 3})),
                       doctest::Contains("takes [.., time, dim] with an even dim, not [2, 3]"), ShapeError);
  CHECK_THROWS_AS(nn::rotary_embedding(zeros({2, 4}, DType::i64)), DtypeError);
}

TEST_CASE("dot products of rotated vectors depend only on their distance") {
  Numbers numbers(3);
  const Tensor q = numbers.tensor({1, 8}), k = numbers.tensor({1, 8});
  const auto dot = [&](std::int64_t at_q, std::int64_t at_k) {
    return sum(nn::rotary_embedding(q, at_q) * nn::rotary_embedding(k, at_k)).item();
  };
  CHECK(dot(9, 4) == doctest::Approx(dot(105, 100)).epsilon(1e-12));
  CHECK(std::abs(dot(9, 4) - dot(9, 5)) > 1e-3);
}
