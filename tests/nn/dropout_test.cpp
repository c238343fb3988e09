#include <weft/nn/dropout.h>
#include <weft/nn/lstm.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/parallel.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

TEST_CASE("dropout is the identity outside training") {
  nn::Dropout dropout(nn::root, 0.4);
  Tensor x = Numbers(1).tensor({3, 4});
  CHECK(equal_bits(dropout(x).tensor(), x));
  nn::Dropout none(nn::root, 0);
  none.train();
  CHECK(equal_bits(none(x).tensor(), x));
}

TEST_CASE("dropout zeroes elements with its probability and scales the others") {
  nn::Dropout dropout(nn::root, 0.25);
  dropout.train();
  Tensor y = dropout(ones({100, 1000})).tensor();
  double zero = 0;
  bool scaled = true;
  for (float value : y.span<float>()) {
    zero += value == 0;
    scaled = scaled && (value == 0 || value == 1 / 0.75f);
  }
  CHECK(scaled);
  CHECK(zero / 100000 == doctest::Approx(0.25).epsilon(0.02));
  CHECK_FALSE(equal_bits(y, dropout(ones({100, 1000})).tensor()));
}

TEST_CASE("dropout's stream continues from where it was saved, on any number of threads") {
  manual_seed(5);
  nn::Dropout dropout(nn::root, 0.5);
  dropout.train();
  Tensor x = ones({300, 70});
  dropout(x);
  Generator saved = *dropout.generator();
  Tensor expected = dropout(x).tensor();
  *dropout.generator() = saved;
  set_threads(2);
  CHECK(equal_bits(dropout(x).tensor(), expected));
  set_threads(1);
  manual_seed(5);
  nn::Dropout twin(nn::root, 0.5), other(nn::root, 0.5);
  twin.train(), other.train();
  twin(x);
  CHECK(equal_bits(twin(x).tensor(), expected));
  other(x);
  CHECK_FALSE(equal_bits(other(x).tensor(), expected));
}

TEST_CASE("dropout's gradient passes where the value did") {
  nn::Dropout dropout(nn::root, 0.5);
  dropout.train();
  Variable x = leaf(ones({50}));
  Variable y = dropout(x);
  y.backward(ones({50}), {});
  CHECK(equal_bits(x.grad().tensor(), y.tensor()));
}

TEST_CASE("dropout checks its probability and is found in a model") {
  CHECK_THROWS_WITH_AS(nn::Dropout(nn::root, 1), "dropout: p is 1, outside 0 <= p < 1", ValueError);
  CHECK_THROWS_AS(nn::Dropout(nn::root, -0.1), ValueError);
  struct Model : nn::Module {
    nn::Dropout first{this, "first", 0.3}, second{this, "second", 0.2};
    nn::LSTM lstm{this, "lstm", {.input = 2, .hidden = 3, .layers = 2, .dropout = 0.1}};
  } model;
  std::vector<Generator*> found = nn::generators(model);
  REQUIRE(found.size() == 3);
  CHECK(found[0] == model.first.generator());
  CHECK(found[1] == model.second.generator());
  CHECK(found[2] != nullptr);
}
