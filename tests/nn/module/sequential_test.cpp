#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/nn/layers/dropout.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/module/module_list.h>
#include <weft/nn/module/sequential.h>

#include "tests/nn/layer_checks.h"

using namespace weft;

namespace {

struct Stack : nn::Module {
  nn::ModuleList<nn::Linear> layers{this, "layers"};

  explicit Stack(int depth) {
    for (int i = 0; i < depth; ++i) layers.push_back(nn::Linear(nn::root, 3, 3));
  }
  Variable forward(Variable x) const {
    for (const nn::Linear& layer : layers) x = tanh(layer(x));
    return x;
  }
};

struct Classifier : nn::Module {
  nn::Sequential dense{this,
                       "dense",
                       nn::Linear(nn::root, 3, 4),
                       [](const Variable& x) { return tanh(x); },
                       nn::Dropout(nn::root, 0.5),
                       nn::Sequential(nn::root, nn::Linear(nn::root, 4, 2))};
};

std::vector<std::string> paths(nn::Module& model) {
  std::vector<std::string> all;
  for (nn::Parameter* parameter : model.parameters()) all.push_back(parameter->path());
  return all;
}

}  // namespace

TEST_CASE("a list of layers names them by number") {
  Stack stack(3);
  CHECK(paths(stack) == std::vector<std::string>{"layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias",
                                                 "layers.2.weight", "layers.2.bias"});
  CHECK(stack.layers.size() == 3);
  CHECK(stack.layers.at(1).path() == "layers.1");
  CHECK_THROWS_AS(stack.layers.at(3), IndexError);
  nn::ModuleList<nn::Linear> alone(nn::root);
  alone.push_back(nn::Linear(nn::root, 1, 1));
  CHECK(alone.at(0).weight.path() == "0.weight");
}

TEST_CASE("a copied list of layers is trained independently") {
  Stack stack(2);
  Tensor x = Numbers(1).tensor({2, 3}, DType::f32);
  Tensor before = stack.forward(x).tensor();
  Stack copy = stack;
  for (nn::Parameter* parameter : copy.parameters()) fill(parameter->tensor(), 0.1);
  CHECK(equal_bits(stack.forward(x).tensor(), before));
  CHECK_FALSE(equal_bits(copy.forward(x).tensor(), before));
  Stack moved = std::move(copy);
  CHECK(paths(moved) == paths(stack));
  CHECK(moved.parameters()[2] == &moved.layers.at(1).weight);
}

TEST_CASE("Sequential calls its layers in turn") {
  Classifier model;
  CHECK(paths(model) == std::vector<std::string>{"dense.0.weight", "dense.0.bias", "dense.3.0.weight", "dense.3.0.bias"});
  CHECK(model.dense.size() == 4);
  Tensor x = Numbers(2).tensor({5, 3}, DType::f32);
  std::vector<nn::Parameter*> p = model.parameters();
  Tensor expected = linear(tanh(linear(x, p[0]->tensor(), p[1]->tensor())), p[2]->tensor(), p[3]->tensor());
  CHECK(equal_bits(model.dense(x).tensor(), expected));
  model.train();
  CHECK_FALSE(equal_bits(model.dense(x).tensor(), expected));
  model.eval();
  check_gradients(model, {Numbers(3).tensor({5, 3})}, [&](const std::vector<Variable>& in) { return model.dense(in[0]); });
}

TEST_CASE("a copied Sequential is trained independently") {
  Classifier model;
  Tensor x = Numbers(2).tensor({5, 3}, DType::f32);
  Tensor before = model.dense(x).tensor();
  Classifier copy = model;
  CHECK(equal_bits(copy.dense(x).tensor(), before));
  for (nn::Parameter* parameter : copy.parameters()) fill(parameter->tensor(), 0.1);
  CHECK(equal_bits(model.dense(x).tensor(), before));
  CHECK_FALSE(equal_bits(copy.dense(x).tensor(), before));
  copy = model;
  CHECK(equal_bits(copy.dense(x).tensor(), before));
  CHECK(paths(copy) == paths(model));
}
