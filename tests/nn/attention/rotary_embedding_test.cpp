#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/attention/rotary_embedding.h>
#include <weft/tensor/array/create.h>

#include <cmath>

#include "tests/nn/layer_checks.h"

using namespace weft;

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

TEST_CASE("multi-head attention with rotary positions") {
  NoGrad scope;
  Numbers numbers(4);
  const nn::MultiHeadAttention layer(nn::root, 8, 2, {.key_heads = 1, .rotary = nn::RotaryOptions{.base = 50}});
  const Tensor x = numbers.tensor({2, 5, 8}, DType::f32);
  const Tensor whole = layer(x, x, x, {.causal = true}).tensor();
  // The weights are those of queries and keys that were turned: by hand for head 1, query 4 and key 2.
  const nn::Attended attended = layer.attend(x, x, x);
  const auto projected = [&](std::int64_t position, std::int64_t row, std::int64_t head_dim) {
    std::vector<double> numbers_of;
    for (std::int64_t i = 0; i < head_dim; ++i) {
      double sum = layer.in_proj_bias.tensor().at({row + i});
      for (std::int64_t j = 0; j < 8; ++j) sum += layer.in_proj_weight.tensor().at({row + i, j}) * x.at({1, position, j});
      numbers_of.push_back(sum);
    }
    for (std::int64_t i = 0; i < 2; ++i) {
      const double angle = static_cast<double>(position) / std::pow(50.0, static_cast<double>(i) / 2);
      double &a = numbers_of[static_cast<std::size_t>(i)], &b = numbers_of[static_cast<std::size_t>(i + 2)];
      const double turned = a * std::cos(angle) - b * std::sin(angle);
      b = a * std::sin(angle) + b * std::cos(angle);
      a = turned;
    }
    return numbers_of;
  };
  const auto score = [&](std::int64_t key) {
    const std::vector<double> q = projected(4, 4, 4), k = projected(key, 8, 4);
    double dot = 0;
    for (std::size_t i = 0; i < 4; ++i) dot += q[i] * k[i];
    return dot / 2;
  };
  double total = 0;
  for (std::int64_t key = 0; key < 5; ++key) total += std::exp(score(key));
  CHECK(attended.weights.tensor().at({1, 1, 4, 2}) == doctest::Approx(std::exp(score(2)) / total).epsilon(1e-5));
  // Steps turn by the positions that they continue with.
  nn::HeadMemory past;
  for (auto [begin, end] : {std::pair{0, 1}, {1, 4}, {4, 5}})
    CHECK(equal_bits(layer.step(slice(x, 1, begin, end), past).tensor(), contiguous(slice(whole, 1, begin, end))));
  CHECK_THROWS_WITH_AS(nn::MultiHeadAttention(nn::root, 6, 2, {.rotary = nn::RotaryOptions()}),
                       doctest::Contains("rotary positions need heads of an even size, not 3"), ValueError);
}
