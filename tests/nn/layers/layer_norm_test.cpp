#include <weft/nn/layers/layer_norm.h>
#include <weft/nn/layers/softmax.h>
#include <weft/nn/module/init.h>
#include <weft/nn/module/sequential.h>

#include <cmath>

#include "tests/nn/layer_checks.h"
#include "tests/reference/recorded.h"

using namespace weft;

TEST_CASE("layer norm gives PyTorch's numbers") {
  Recorded recorded("attention.safetensors", "layer_norm");
  nn::LayerNorm layer(nn::root, 7);
  layer.to(DType::f64);
  copy_to(layer.weight.tensor(), recorded["weight"]);
  copy_to(layer.bias.tensor(), recorded["bias"]);
  Variable x = leaf(recorded["x"]);
  Variable y = layer(x);
  y.backward(recorded["seed"], {});
  CHECK(max_difference(y.tensor(), recorded["y"]) < 1e-12);
  CHECK(max_difference(x.grad().tensor(), recorded["grad_x"]) < 1e-12);
  CHECK(max_difference(layer.weight.grad().tensor(), recorded["grad_weight"]) < 1e-12);
  CHECK(max_difference(layer.bias.grad().tensor(), recorded["grad_bias"]) < 1e-12);
}

TEST_CASE("layer norm gives the numbers of a worked example") {
  nn::LayerNorm layer(nn::root, 2, {.epsilon = 0, .bias = false});
  CHECK(layer.parameters().size() == 1);
  CHECK(all_close(layer(tensor({{1, 3}, {-5, -9}})).tensor(), tensor({{-1, 1}, {1, -1}})));
  CHECK_THROWS_WITH_AS(layer(zeros({2, 3}), Where{"train.cpp", 7}),
                       "layer norm: takes x [.., 2], not [2, 3], at train.cpp:7 (LayerNorm)", ShapeError);
}

TEST_CASE("layer norm passes gradient checks") {
  nn::LayerNorm layer(nn::root, 5);
  Generator generator{3};
  fill(layer.bias.tensor(), 2);
  nn::initialize(layer, nn::init::keras(), generator);
  CHECK(equal_bits(layer.weight.tensor(), ones({5})));
  CHECK(equal_bits(layer.bias.tensor(), zeros({5})));
  check_gradients(layer, {Numbers(4).tensor({2, 3, 5})}, [&](const std::vector<Variable>& in) { return layer(in[0]); });
  auto function = [&](const std::vector<Variable>& in) { return layer(in[0]); };
  GradcheckResult second = gradgradcheck(function, {Numbers(4).tensor({2, 5})});
  CHECK_MESSAGE(second, second.message);
}

TEST_CASE("a row's layer norm does not depend on batch or threads") {
  nn::LayerNorm layer(nn::root, 33);
  Tensor x = Numbers(5).tensor({300, 33}, DType::f32);
  Tensor all = layer(x).tensor();
  set_threads(2);
  CHECK(equal_bits(layer(x).tensor(), all));
  set_threads(1);
  for (std::int64_t row : {0, 1, 299})
    CHECK(equal_bits(contiguous(slice(all, 0, row, row + 1)), layer(slice(x, 0, row, row + 1)).tensor()));
}

TEST_CASE("softmax can be a layer") {
  nn::Sequential layers(nn::root, nn::Softmax(nn::root, 0));
  double e = std::exp(1.0);
  Tensor expected = tensor({{e / (e + 1), 0.5}, {1 / (e + 1), 0.5}}, DType::f64);
  CHECK(all_close(layers(tensor({{1, 7}, {0, 7}}, DType::f64)).tensor(), expected));
}
