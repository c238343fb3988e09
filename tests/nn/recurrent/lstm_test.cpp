#include <weft/nn/module/init.h>
#include <weft/nn/recurrent/rnn.h>

#include <tests/nn/recurrent/recurrent_checks.h>

#include <cmath>

using namespace weft;

namespace checks = recurrent_checks;

TEST_CASE("LSTM: parameters have PyTorch's names and shapes") {
  struct Tagger : nn::Module {
    nn::LSTM lstm{this, "lstm", {.input_size = 5, .hidden_size = 3, .num_layers = 2, .bidirectional = true}};
  } model;
  std::vector<std::string> paths;
  for (nn::Parameter* parameter : model.parameters()) paths.push_back(parameter->path());
  CHECK(paths.size() == 16);
  CHECK(paths[0] == "lstm.weight_ih_l0");
  CHECK(paths[7] == "lstm.bias_hh_l0_reverse");
  CHECK(paths[8] == "lstm.weight_ih_l1");
  CHECK(model.lstm.layer(0).weight_ih.shape() == Shape{12, 5});
  CHECK(model.lstm.layer(1).weight_ih.shape() == Shape{12, 6});
  CHECK(model.lstm.layer(1, true).weight_hh.shape() == Shape{12, 3});
  CHECK(model.lstm.kind() == "LSTM");
  Tagger copy = model;
  fill(copy.lstm.layer(0).weight_ih.tensor(), 0);
  CHECK(max_difference(model.lstm.layer(0).weight_ih.tensor(), zeros({12, 5})) > 0.01);
  CHECK(copy.parameters()[0] == &copy.lstm.layer(0).weight_ih);
}

TEST_CASE("LSTM: it can be initialised as in PyTorch and Keras") {
  Generator generator{3};
  nn::LSTM lstm(nn::root, {.input_size = 30, .hidden_size = 16});
  nn::RecurrentParameters& layer = lstm.layer(0);
  auto largest = [](const nn::Parameter& p) { return max_difference(p.tensor(), zeros(p.shape())); };
  nn::initialize(lstm, nn::init::pytorch(), generator);
  for (const nn::Parameter* p : {&layer.weight_ih, &layer.weight_hh, &layer.bias_ih, &layer.bias_hh}) {
    CHECK(largest(*p) <= 0.25);
    CHECK(largest(*p) > 0.2);
  }
  nn::initialize(lstm, nn::init::keras(), generator);
  double bound = std::sqrt(6.0 / (30 + 64));
  CHECK(largest(layer.weight_ih) <= bound);
  CHECK(largest(layer.weight_ih) > 0.9 * bound);
  Tensor u = cast(layer.weight_hh.tensor(), DType::f64);  // [64, 16], orthonormal columns
  CHECK(max_difference(matmul(transpose(u), u), eye(16, DType::f64)) < 1e-6);
  CHECK(largest(layer.bias_hh) == 0);
  for (std::int64_t i = 0; i < 64; ++i) CHECK(layer.bias_ih.tensor().at({i}) == (i >= 16 && i < 32 ? 1 : 0));
}

TEST_CASE("LSTM: dropout between layers has effect only in training") {
  nn::LSTM lstm(nn::root, {.input_size = 4, .hidden_size = 8, .num_layers = 2, .dropout = 0.5});
  Tensor x = uniform({3, 5, 4});
  Tensor plain = lstm(x).output.tensor();
  CHECK(equal_bits(lstm(x).output.tensor(), plain));
  lstm.train();
  std::vector<Generator*> generators = nn::generators(lstm);
  REQUIRE(generators.size() == 1);
  Generator saved = *generators[0];
  Tensor dropped = lstm(x).output.tensor();
  CHECK(max_difference(dropped, plain) > 1e-4);
  CHECK(max_difference(lstm(x).output.tensor(), dropped) > 1e-4);
  *generators[0] = saved;
  CHECK(equal_bits(lstm(x).output.tensor(), dropped));
}

TEST_CASE("LSTM: wrong shapes, lengths and options are errors") {
  nn::LSTM lstm(nn::root, {.input_size = 4, .hidden_size = 8, .bidirectional = true});
  auto message = [](auto call) -> std::string {
    try {
      call();
    } catch (const Error& error) {
      std::string text = error.what();
      return text.substr(0, text.find(", at "));
    }
    return "";
  };
  CHECK(message([&] { lstm(zeros({2, 3, 5})); }) == "LSTM: takes x [batch, time, 4], not [2, 3, 5]");
  CHECK(message([&] { lstm(zeros({2, 3, 4}), checks::lengths_of({1, 4})); }) == "lstm: length 4 of example 1 is outside 0..3");
  CHECK(message([&] { lstm(zeros({2, 3, 4}), checks::lengths_of({1})); }) == "lstm: lengths must have shape [2], not [1]");
  CHECK(message([&] { lstm(zeros({2, 3, 4}), zeros({2})); }) == "lstm: lengths must be i64, not f32");
  CHECK(message([&] {
          lstm(zeros({2, 3, 4}), {}, {zeros({1, 2, 8}), {}});
        }) == "LSTM: the initial state must be [2, 2, 8], not [1, 2, 8]");
  CHECK(message([&] { lstm.step(zeros({2, 4}), {}); }) == "LSTM: two directions cannot be run step by step");
  CHECK_THROWS_AS(nn::LSTM(nn::root, {.input_size = 4}), ValueError);
  CHECK_THROWS_AS(nn::LSTM(nn::root, {.input_size = 4, .hidden_size = 2, .dropout = 1.5}), ValueError);
}
