#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/graph/detail/graph_leaves.h>
#include <weft/nn/attention/any_attention.h>
#include <weft/nn/attention/attention.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/module/init.h>
#include <weft/nn/module/module_list.h>
#include <weft/nn/module/sequential.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/optim/adam.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/product/matmul.h>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/numbers.h"

using namespace weft;

namespace {

struct Block : nn::Module {
  nn::Linear first, second;

  Block(nn::Module* parent, const std::string& name, std::int64_t dim)
      : Module(parent, name), first(this, "first", dim, dim), second(this, "second", dim, dim, {.bias = false}) {}
  Block(nn::Root, std::int64_t dim) : Block(nullptr, "", dim) {}
  Variable operator()(const Variable& x, Where caller = Where::here()) const {
    nn::LayerScope scope(*this, caller);
    return second(tanh(first(x)));
  }
};

struct Model : nn::Module {
  nn::Parameter scale{this, "scale", full({3}, 2)};
  Block lower{this, "lower", 3}, upper{this, "upper", 3};

  Variable forward(const Variable& x) const { return sum(upper(lower(x) * scale)); }
};

std::vector<std::string> paths(nn::Module& model) {
  std::vector<std::string> all;
  for (nn::Parameter* parameter : model.parameters()) all.push_back(parameter->path());
  return all;
}

// A layer is constructed with its parent or with nn::root.
static_assert(!std::is_default_constructible_v<nn::Linear>);
static_assert(!std::is_constructible_v<nn::Linear, int, int>);
static_assert(!std::is_default_constructible_v<nn::LSTM>);

struct Moments {
  double mean, deviation, largest;
};
Moments moments(const Tensor& x) {
  double total = 0, squares = 0, largest = 0;
  for (float v : x.span<float>()) {
    total += v, squares += double(v) * v;
    largest = std::max(largest, std::abs(double(v)));
  }
  auto count = static_cast<double>(x.numel());
  return {total / count, std::sqrt(squares / count - total / count * total / count), largest};
}

}  // namespace

TEST_CASE("parameters have the paths of their members, each module's own parameters first") {
  Model model;
  CHECK(paths(model) == std::vector<std::string>{"scale", "lower.first.weight", "lower.first.bias", "lower.second.weight",
                                                 "upper.first.weight", "upper.first.bias", "upper.second.weight"});
  CHECK(model.path() == "");
  CHECK(model.lower.first.path() == "lower.first");
  CHECK(model.lower.first.kind() == "Linear");
  std::vector<std::string> modules;
  model.for_each_module([&](nn::Module& module) { modules.push_back(module.path()); });
  CHECK(modules == std::vector<std::string>{"", "lower", "lower.first", "lower.second", "upper", "upper.first", "upper.second"});
}

TEST_CASE("a drawing of the graph names parameters by their paths") {
  Model model;
  const std::string text = graph_dot(model.forward(full({2, 3}, 1)), nn::parameter_names(model));
  for (const std::string& path : paths(model)) CHECK(text.find("[label=\"" + path + "\\n[") != std::string::npos);
}

TEST_CASE("a copy has its own parameters at its own addresses") {
  Model model;
  Tensor x = Numbers(1).tensor({2, 3}, DType::f32);
  double before = model.forward(x).item();
  Model copy = model;
  CHECK(copy.forward(x).item() == before);
  CHECK(paths(copy) == paths(model));
  CHECK(copy.parameters()[1] == &copy.lower.first.weight);
  for (nn::Parameter* parameter : copy.parameters()) fill(parameter->tensor(), 0.5);
  CHECK(model.forward(x).item() == before);

  model.forward(x).backward();
  CHECK(model.scale.grad().defined());
  CHECK_FALSE(copy.scale.grad().defined());
  copy = model;
  CHECK(copy.forward(x).item() == before);
  CHECK_FALSE(copy.scale.grad().defined());
  CHECK(copy.parameters()[1] == &copy.lower.first.weight);
}

TEST_CASE("a moved model keeps its parameters and knows where they are") {
  Model model;
  Tensor x = Numbers(1).tensor({2, 3}, DType::f32);
  double before = model.forward(x).item();
  const float* memory = model.lower.first.weight.tensor().data<float>();
  Model moved = std::move(model);
  CHECK(moved.forward(x).item() == before);
  CHECK(moved.lower.first.weight.tensor().data<float>() == memory);
  CHECK(moved.parameters()[1] == &moved.lower.first.weight);
  std::vector<Block> blocks;
  for (int i = 0; i < 9; ++i) blocks.emplace_back(nn::root, 2);  // growing moves the layers
  for (Block& block : blocks) {
    REQUIRE(block.parameters().size() == 3);
    CHECK(block.parameters()[2] == &block.second.weight);
  }
}

TEST_CASE("frozen parameters get no gradient and stay frozen") {
  Model model;
  std::int64_t all = nn::count_parameters(model);
  CHECK(all == 3 + 2 * (9 + 3 + 9));
  model.lower.first.weight.freeze();
  CHECK(nn::count_parameters(model) == all - 9);
  Tensor x = Numbers(1).tensor({2, 3}, DType::f32);
  model.forward(x).backward();
  CHECK_FALSE(model.lower.first.weight.grad().defined());
  CHECK(model.lower.first.bias.grad().defined());
  Model copy = model;
  CHECK(copy.lower.first.weight.frozen());
  copy.to(DType::f64);
  CHECK(copy.lower.first.weight.frozen());
  copy.lower.first.weight.freeze(false);
  copy.forward(cast(x, DType::f64)).backward();
  CHECK(copy.lower.first.weight.grad().dtype() == DType::f64);
  model.zero_grad();
  for (nn::Parameter* parameter : model.parameters()) CHECK_FALSE(parameter->grad().defined());
}

TEST_CASE("an optimizer does not change a parameter while it is frozen") {
  Model model;
  nn::Parameter& weight = model.lower.first.weight;
  weight.freeze();
  optim::Adam adam({.lr = 0.1});
  std::vector<Variable> leaves;
  for (nn::Parameter* parameter : model.parameters()) leaves.push_back(parameter->variable());
  adam.add(leaves);
  Tensor x = Numbers(1).tensor({2, 3}, DType::f32);
  auto step = [&] {
    Tensor before = clone(weight.tensor());
    model.forward(x).backward();
    adam.step();
    return !equal_bits(weight.tensor(), before);
  };
  CHECK_FALSE(step());
  weight.freeze(false);
  CHECK(step());
  weight.freeze();  // frozen with a gradient, which must not be applied again
  CHECK_FALSE(weight.grad().defined());
  CHECK_FALSE(step());
  weight.freeze(false);
  Variable loss = model.forward(x);
  weight.freeze();
  loss.backward();  // the graph was built before the parameter was frozen
  CHECK_FALSE(weight.grad().defined());
}

TEST_CASE("an optimizer continues after its model was converted or assigned to") {
  Model model, other;
  optim::Adam adam({.lr = 0.1});
  std::vector<Variable> leaves;
  for (nn::Parameter* parameter : model.parameters()) leaves.push_back(parameter->variable());
  adam.add(leaves);
  Tensor x = Numbers(1).tensor({2, 3}, DType::f32);
  auto changed_by_step = [&](DType dtype) {
    adam.zero_grad();
    Tensor before = clone(model.upper.first.weight.tensor());
    model.forward(cast(x, dtype)).backward();
    adam.step();
    CHECK(model.upper.first.weight.tensor().dtype() == dtype);
    return !equal_bits(model.upper.first.weight.tensor(), before);
  };
  CHECK(changed_by_step(DType::f32));
  model.to(DType::f64);
  CHECK(changed_by_step(DType::f64));
  model.to(DType::f32);
  Tensor kept = clone(other.upper.first.weight.tensor());
  model = other;
  CHECK(equal_bits(model.upper.first.weight.tensor(), kept));
  CHECK(changed_by_step(DType::f32));
  CHECK(equal_bits(other.upper.first.weight.tensor(), kept));
  model = Model();
  CHECK(changed_by_step(DType::f32));
  model.upper = Block(nn::root, 3);
  CHECK(changed_by_step(DType::f32));
}

TEST_CASE("a parameter with a new shape starts a new optimizer state") {
  nn::Linear layer(nn::root, 2, 3, {.bias = false});
  optim::SGD sgd({.lr = 1, .momentum = 0.5});
  sgd.add({layer.weight});
  sum(layer(ones({1, 2}))).backward();
  sgd.step();
  layer = nn::Linear(nn::root, 2, 1, {.bias = false});
  Tensor before = clone(layer.weight.tensor());
  sum(layer(ones({1, 2}))).backward();
  sgd.step();
  CHECK(equal_bits(layer.weight.tensor(), before - 1));
}

TEST_CASE("a layer that is assigned to keeps its path") {
  struct All : nn::Module {
    nn::Linear dense{this, "dense", 4, 3};
    nn::LSTM lstm{this, "lstm", {.input_size = 4, .hidden_size = 2}};
    nn::ModuleList<nn::Linear> list{this, "list"};
    nn::Sequential sequential{this, "sequential"};
    nn::AnyAttention attention{this, "attention", nn::Attention(nn::root)};
  } all;
  all.dense = nn::Linear(nn::root, 4, 2);
  all.lstm = nn::LSTM(nn::root, {.input_size = 4, .hidden_size = 3, .bidirectional = true});
  nn::ModuleList<nn::Linear> list(nn::root);
  for (int i = 0; i < 2; ++i) list.push_back(nn::Linear(nn::root, 1, 1, {.bias = false}));
  all.list = list;
  all.sequential = nn::Sequential(nn::root, nn::Linear(nn::root, 1, 1, {.bias = false}), nn::Linear(nn::root, 1, 1));
  all.attention = nn::AnyAttention(nn::root, nn::GeneralAttention(nn::root, 2, 2));
  CHECK(all.dense.path() == "dense");
  CHECK(all.dense.weight.shape() == Shape{2, 4});
  const std::vector<std::string> expected{"dense.weight",
                                          "dense.bias",
                                          "lstm.weight_ih_l0",
                                          "lstm.weight_hh_l0",
                                          "lstm.bias_ih_l0",
                                          "lstm.bias_hh_l0",
                                          "lstm.weight_ih_l0_reverse",
                                          "lstm.weight_hh_l0_reverse",
                                          "lstm.bias_ih_l0_reverse",
                                          "lstm.bias_hh_l0_reverse",
                                          "list.0.weight",
                                          "list.1.weight",
                                          "sequential.0.weight",
                                          "sequential.1.weight",
                                          "sequential.1.bias",
                                          "attention.key_projection.weight"};
  CHECK(paths(all) == expected);
  all.list.at(0) = nn::Linear(nn::root, 1, 1);  // the new layer has a bias, the old one had none
  CHECK(paths(all.list) == std::vector<std::string>{"list.0.weight", "list.0.bias", "list.1.weight"});
  All copy = all;
  std::swap(copy, all);
  CHECK(paths(copy) == paths(all));
  std::swap(all.list.at(0), all.list.at(1));
  CHECK(paths(all.list) == std::vector<std::string>{"list.0.weight", "list.1.weight", "list.1.bias"});
}

TEST_CASE("lists, recurrent layers and attentions keep their leaves when they are assigned to") {
  struct All : nn::Module {
    nn::LSTM lstm{this, "lstm", {.input_size = 4, .hidden_size = 2, .num_layers = 2}};
    nn::Sequential sequential{this, "sequential", nn::Linear(nn::root, 4, 3), nn::Linear(nn::root, 3, 2)};
    nn::ModuleList<nn::Linear> list{this, "list"};
    nn::AnyAttention attention{this, "attention", nn::GeneralAttention(nn::root, 2, 2)};
    All() { list.push_back(nn::Linear(nn::root, 1, 2)); }
  } all;
  std::vector<Variable> leaves;
  for (nn::Parameter* parameter : all.parameters()) leaves.push_back(parameter->variable());
  auto same_leaves = [&] {
    std::vector<nn::Parameter*> now = all.parameters();
    return std::equal(now.begin(), now.end(), leaves.begin(), leaves.end(),
                      [](nn::Parameter* a, const Variable& b) { return a->variable().state() == b.state(); });
  };
  All other;
  all = other;
  CHECK(same_leaves());
  CHECK(equal_bits(all.lstm.layer(1).weight_hh.tensor(), other.lstm.layer(1).weight_hh.tensor()));
  all = All();
  CHECK(same_leaves());
}

TEST_CASE("training mode reaches all modules") {
  Model model;
  CHECK_FALSE(model.training());
  model.train();
  CHECK(model.upper.second.training());
  model.eval();
  CHECK_FALSE(model.upper.second.training());
}

TEST_CASE("a module built by itself can get a path") {
  Block block(nn::root, 2);
  CHECK(paths(block) == std::vector<std::string>{"first.weight", "first.bias", "second.weight"});
  block.move_under("blocks.0");
  CHECK(paths(block) == std::vector<std::string>{"blocks.0.first.weight", "blocks.0.first.bias", "blocks.0.second.weight"});
  CHECK(block.path() == "blocks.0");
  CHECK(block.first.path() == "blocks.0.first");
}

TEST_CASE("leaves have the names of their parameters' current paths") {
  const auto check_leaves = [](nn::Module& module) {
    for (nn::Parameter* parameter : module.parameters()) CHECK(leaf_name(parameter->variable()) == parameter->path());
  };
  struct All : nn::Module {
    nn::LSTM lstm{this, "lstm", {.input_size = 4, .hidden_size = 2}};
    nn::Sequential sequential{this, "sequential", nn::Linear(nn::root, 4, 3)};
    nn::ModuleList<nn::Linear> list{this, "list"};
  } all;
  for (int i = 0; i < 3; ++i) all.list.push_back(nn::Linear(nn::root, 1, 2));
  check_leaves(all);
  CHECK(leaf_name(all.list.at(2).weight) == "list.2.weight");
  All copy = all;
  check_leaves(copy);
  all.list = copy.list;
  std::swap(all.list.at(0), all.list.at(1));
  check_leaves(all);
  Block block(nn::root, 2);
  block.move_under("blocks.0");
  check_leaves(block);
}

TEST_CASE("the summary lists parameters, shapes, counts and the total") {
  Model model;
  model.upper.second.weight.freeze();
  std::string text = nn::summary(model);
  CHECK(text.find("Model") == 0);
  CHECK(text.find("lower.first.weight") != std::string::npos);
  CHECK(text.find("[3, 3] frozen") != std::string::npos);
  CHECK(text.substr(text.rfind(' ')) == " 36\n");
}

TEST_CASE("an error inside a layer names the user's line and the layer's path") {
  Model model;
  Tensor wrong = zeros({2, 4});
  std::string message;
  int line = __LINE__ + 2;
  try {
    model.lower.first(wrong);
  } catch (const ShapeError& error) {
    message = error.what();
  }
  CHECK(message.find(", at module_test.cpp:" + std::to_string(line) + " (lower.first)") != std::string::npos);
  line = __LINE__ + 2;
  try {
    model.upper(wrong);
  } catch (const ShapeError& error) {
    message = error.what();
  }
  CHECK(message.find(", at module_test.cpp:" + std::to_string(line) + " (upper.first)") != std::string::npos);
}

TEST_CASE("presets draw from the distributions they name") {
  Generator generator{11};
  nn::Linear linear(nn::root, 300, 200);
  double bound = 1 / std::sqrt(300.0);
  auto check_uniform = [](const Tensor& x, double limit) {
    Moments m = moments(x);
    CHECK(std::abs(m.mean) < limit / 50);
    CHECK(m.deviation == doctest::Approx(limit / std::sqrt(3.0)).epsilon(0.02));
    CHECK(m.largest <= limit);
    CHECK(m.largest > 0.99 * limit);
  };
  nn::initialize(linear, nn::init::pytorch(), generator);
  check_uniform(linear.weight.tensor(), bound);
  CHECK(moments(linear.bias.tensor()).largest <= bound);
  CHECK(moments(linear.bias.tensor()).largest > 0.9 * bound);
  nn::initialize(linear, nn::init::keras(), generator);
  check_uniform(linear.weight.tensor(), std::sqrt(6 / 500.0));
  CHECK(moments(linear.bias.tensor()).largest == 0);

  Tensor x({400, 300}, DType::f32);
  nn::init::normal(x, {300, 400}, generator);
  CHECK(moments(x).deviation == doctest::Approx(1).epsilon(0.02));
  nn::init::he_normal(x, {300, 400}, generator);
  CHECK(moments(x).deviation == doctest::Approx(std::sqrt(2 / 300.0)).epsilon(0.02));
  nn::init::uniform_005(x, {300, 400}, generator);
  check_uniform(x, 0.05);
}

TEST_CASE("orthogonal matrices have orthonormal rows, or columns") {
  Generator generator{12};
  Tensor wide({20, 50}, DType::f64), tall({50, 20}, DType::f64), square({30, 30}, DType::f64);
  for (Tensor* x : {&wide, &tall, &square}) nn::init::orthogonal(*x, {}, generator);
  CHECK(all_close(matmul(wide, transpose(wide)), eye(20, DType::f64), 0, 1e-13));
  CHECK(all_close(matmul(transpose(tall), tall), eye(20, DType::f64), 0, 1e-13));
  CHECK(all_close(matmul(square, transpose(square)), eye(30, DType::f64), 0, 1e-13));
}

TEST_CASE("the same seed gives the same model") {
  manual_seed(4);
  Model first;
  manual_seed(4);
  Model second, third;
  CHECK(equal_bits(first.upper.second.weight.tensor(), second.upper.second.weight.tensor()));
  CHECK_FALSE(equal_bits(first.upper.second.weight.tensor(), third.upper.second.weight.tensor()));
}
