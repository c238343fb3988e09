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
