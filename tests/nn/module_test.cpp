#include <weft/autograd/math.h>
#include <weft/autograd/reduce.h>
#include <weft/nn/init.h>
#include <weft/nn/linear.h>
#include <weft/nn/lstm.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/matmul.h>
#include <weft/tensor/views.h>

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
  Variable operator()(const Variable& x, Where where = Where::here()) const {
    nn::LayerScope scope(*this, where);
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

// A layer that is a member but names neither parent nor nn::root does not compile.
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

TEST_CASE("parameters have the paths of their members, each module's own ones first") {
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

TEST_CASE("a copy has parameters of its own, at its own addresses") {
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
  for (int i = 0; i < 9; ++i) blocks.emplace_back(nn::root, 2);  // grows, and so moves them
  for (Block& block : blocks) {
    REQUIRE(block.parameters().size() == 3);
    CHECK(block.parameters()[2] == &block.second.weight);
  }
}

TEST_CASE("frozen parameters get no gradient, and keep being frozen") {
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

TEST_CASE("training mode reaches all modules") {
  Model model;
  CHECK_FALSE(model.training());
  model.train();
  CHECK(model.upper.second.training());
  model.eval();
  CHECK_FALSE(model.upper.second.training());
}

TEST_CASE("a module built alone can be put under a path") {
  Block block(nn::root, 2);
  CHECK(paths(block) == std::vector<std::string>{"first.weight", "first.bias", "second.weight"});
  block.move_under("blocks.0");
  CHECK(paths(block) == std::vector<std::string>{"blocks.0.first.weight", "blocks.0.first.bias", "blocks.0.second.weight"});
  CHECK(block.path() == "blocks.0");
  CHECK(block.first.path() == "blocks.0.first");
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

TEST_CASE("one seed gives one model") {
  manual_seed(4);
  Model first;
  manual_seed(4);
  Model second, third;
  CHECK(equal_bits(first.upper.second.weight.tensor(), second.upper.second.weight.tensor()));
  CHECK_FALSE(equal_bits(first.upper.second.weight.tensor(), third.upper.second.weight.tensor()));
}
