#include <weft/nn/layers/linear.h>
#include <weft/nn/module/init.h>

#include <cmath>

#include "tests/nn/layer_checks.h"

using namespace weft;

TEST_CASE("linear: it has the right shapes, paths and number of parameters") {
  nn::Linear layer(nn::root, 3, 5), plain(nn::root, 3, 5, {.bias = false});
  CHECK(layer.weight.shape() == Shape{5, 3});
  CHECK(layer.bias.shape() == Shape{5});
  CHECK(layer.weight.path() == "weight");
  CHECK(nn::count_parameters(layer) == 20);
  CHECK(nn::count_parameters(plain) == 15);
  CHECK_FALSE(plain.bias.defined());
  for (const Shape& shape : std::vector<Shape>{{3}, {2, 3}, {4, 2, 3}, {0, 3}, {4, 0, 3}}) {
    Shape expected = shape;
    expected[expected.dims() - 1] = 5;
    CHECK(layer(zeros(shape)).shape() == expected);
    CHECK(plain(zeros(shape)).shape() == expected);
  }
}

TEST_CASE("linear gives the numbers of a worked example") {
  nn::Linear layer(nn::root, 2, 3);
  copy_to(layer.weight.tensor(), tensor({{1, 0}, {0, 2}, {1, -1}}));
  copy_to(layer.bias.tensor(), tensor({0.5, 0, -1}));
  CHECK(equal_bits(layer(tensor({{3, 4}, {0, 1}})).tensor(), tensor({{3.5, 8, -2}, {0.5, 2, -2}})));
}

TEST_CASE("linear passes gradient checks") {
  for (bool bias : {true, false}) {
    nn::Linear layer(nn::root, 4, 3, {.bias = bias});
    check_gradients(layer, {Numbers(1).tensor({2, 5, 4})}, [&](const std::vector<Variable>& in) { return layer(in[0]); });
  }
}

TEST_CASE("linear: a row does not depend on batch, padding or threads") {
  nn::Linear layer(nn::root, 17, 33);
  check_rows(17, [&](const Tensor& x, const Tensor&) { return contiguous(select(layer(x).tensor(), 1, 0)); });
}

TEST_CASE("linear: initial values have the distributions of both presets") {
  Generator generator{3};
  nn::Linear layer(nn::root, 400, 100);
  auto largest = [](const nn::Parameter& parameter) { return max_difference(parameter.tensor(), zeros(parameter.shape())); };
  auto uniform_within = [&](const nn::Parameter& parameter, double bound) {
    CHECK(largest(parameter) <= bound);
    CHECK(largest(parameter) > 0.9 * bound);
  };
  nn::initialize(layer, nn::init::pytorch(), generator);
  uniform_within(layer.weight, 0.05);
  uniform_within(layer.bias, 0.05);
  nn::initialize(layer, nn::init::keras(), generator);
  uniform_within(layer.weight, std::sqrt(6.0 / 500));
  CHECK(equal_bits(layer.bias.tensor(), zeros({100})));
  nn::Linear same(nn::root, 400, 100);
  Generator first{8}, second{8};
  nn::initialize(layer, nn::init::keras(), first);
  nn::initialize(same, nn::init::keras(), second);
  CHECK(equal_bits(layer.weight.tensor(), same.weight.tensor()));
}

TEST_CASE("Linear: a tied layer uses the weight that it is called with") {
  nn::Linear own(nn::root, 3, 2), tied(nn::root, 3, 2, {.bias = false, .tied = true});
  CHECK(tied.parameters().empty());
  Tensor x = Numbers(1).tensor({4, 3}, DType::f32);
  CHECK(equal_bits(tied(x, own.weight).tensor(), linear(x, own.weight.tensor(), Tensor())));
  CHECK_THROWS_WITH_AS(tied(x), doctest::Contains("a tied layer must be called with the weight that it shares"), ValueError);
}

TEST_CASE("linear: an error names the user's line and the layer's path") {
  struct Model : nn::Module {
    nn::Linear dense{this, "dense", 3, 5};
  } model;
  CHECK_THROWS_WITH_AS(model.dense(zeros({2, 4}), {"train.cpp", 9}),
                       "linear: inner dimensions differ: [2, 4] x [5, 3] (4 against 3), at train.cpp:9 (dense)", ShapeError);
}
