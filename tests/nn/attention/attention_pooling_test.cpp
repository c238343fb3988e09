#include <weft/nn/attention/attention_pooling.h>
#include <weft/nn/module/init.h>

#include <cmath>

#include "tests/nn/layer_checks.h"

using namespace weft;

TEST_CASE("attention pooling gives the numbers of a worked example") {
  nn::AttentionPooling pooling(nn::root, 2, 1);
  pooling.to(DType::f64);
  copy_to(pooling.projection.weight.tensor(), tensor({{1, -1}}, DType::f64));
  copy_to(pooling.projection.bias.tensor(), tensor({0.5}, DType::f64));
  copy_to(pooling.v.tensor(), tensor({2}, DType::f64));
  Tensor x = tensor({{{1, 0}, {0, 1}, {5, 5}}}, DType::f64);
  double a = std::exp(2 * std::tanh(1.5)), b = std::exp(2 * std::tanh(-0.5));
  auto [context, weights] = pooling.attend(x, tensor(std::vector<std::int64_t>{2}));
  CHECK(all_close(weights.tensor(), tensor({{a / (a + b), b / (a + b), 0}}, DType::f64)));
  CHECK(all_close(context.tensor(), tensor({{a / (a + b), b / (a + b)}}, DType::f64)));
}

TEST_CASE("attention pooling respects lengths") {
  nn::AttentionPooling pooling(nn::root, 3, 4);
  Tensor x = Numbers(2).tensor({3, 5, 3}, DType::f32);
  auto [context, weights] = pooling.attend(x, tensor(std::vector<std::int64_t>{5, 2, 0}));
  CHECK(context.shape() == Shape{3, 3});
  for (std::int64_t j = 2; j < 5; ++j) CHECK(weights.tensor().at({1, j}) == 0);
  CHECK(equal_bits(contiguous(select(context.tensor(), 0, 2)), zeros({3})));
  CHECK(equal_bits(contiguous(select(weights.tensor(), 0, 2)), zeros({5})));
  CHECK_THROWS_AS(pooling(x, tensor(std::vector<std::int64_t>{6, 1, 1})), IndexError);
  CHECK_THROWS_AS(pooling(zeros({3, 3})), ShapeError);
}

TEST_CASE("attention pooling passes gradient checks") {
  nn::AttentionPooling pooling(nn::root, 3, 4);
  for (const Tensor& lengths : {Tensor(), tensor(std::vector<std::int64_t>{5, 2, 0})}) {
    check_gradients(pooling, {Numbers(4).tensor({3, 5, 3})},
                    [&](const std::vector<Variable>& in) { return pooling(in[0], lengths); });
    check_gradients(pooling, {Numbers(4).tensor({3, 5, 3})},
                    [&](const std::vector<Variable>& in) { return pooling.attend(in[0], lengths).weights; });
  }
}

TEST_CASE("a row's pooling does not depend on padding, batch or threads") {
  nn::AttentionPooling pooling(nn::root, 33, 20);
  check_rows(33, [&](const Tensor& x, const Tensor& lengths) { return pooling(x, lengths).tensor(); });
}

TEST_CASE("attention pooling has named parameters and can be initialised by presets") {
  nn::AttentionPooling pooling(nn::root, 2, 8);
  Generator generator{3};
  nn::initialize(pooling, nn::init::keras(), generator);
  CHECK(pooling.projection.bias.tensor().at({0}) == 0);
  std::vector<std::string> paths;
  for (nn::Parameter* parameter : pooling.parameters()) paths.push_back(parameter->path());
  CHECK(paths == std::vector<std::string>{"v", "projection.weight", "projection.bias"});
}
