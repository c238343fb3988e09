// Layers and parameters that are moved, destroyed, or stored outside of their parent.
#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/layers/dropout.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/module/module_list.h>
#include <weft/nn/module/sequential.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>

using namespace weft;

namespace {

using Paths = std::vector<std::string>;

Paths paths(nn::Module& model) {
  Paths all;
  for (nn::Parameter* parameter : model.parameters()) all.push_back(parameter->path());
  return all;
}

// Layers without biases have one path each, which keeps the expected lists short.
constexpr nn::LinearOptions plain{.bias = false};

struct Grown : nn::Module {
  std::vector<nn::Linear> layers;
  Grown() {
    for (int i = 0; i < 5; ++i) layers.emplace_back(this, "l" + std::to_string(i), 1, i + 1, plain);
  }
};

struct Pointer : nn::Module {
  std::unique_ptr<nn::Linear> layer = std::make_unique<nn::Linear>(this, "layer", 2, 2, plain);
};

struct Shared : nn::Module {
  std::shared_ptr<nn::Linear> layer = std::make_shared<nn::Linear>(this, "layer", 2, 2, plain);
};

struct Choice : nn::Module {
  std::optional<nn::Linear> layer;
  void make() { layer.emplace(this, "layer", 2, 2, plain); }
};

// Returns whether the parameters of the model are those of its layers, in the same order.
template <class Layers>
bool own(nn::Module& model, Layers& layers) {
  const std::vector<nn::Parameter*> found = model.parameters();
  return std::equal(found.begin(), found.end(), layers.begin(), layers.end(),
                    [](nn::Parameter* parameter, nn::Linear& layer) { return parameter == &layer.weight; });
}

template <class F>
std::string message(F f) {
  try {
    f();
  } catch (const ValueError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("layers of a growing vector belong to the model and to its copies and moves") {
  const Paths expected{"l0.weight", "l1.weight", "l2.weight", "l3.weight", "l4.weight"};
  Grown model;
  CHECK(paths(model) == expected);
  CHECK(own(model, model.layers));
  Grown copy = model;
  CHECK(paths(copy) == expected);
  CHECK(own(copy, copy.layers));
  Grown moved = std::move(copy);
  CHECK(own(moved, moved.layers));
  CHECK(copy.parameters().empty());
  std::vector<Grown> many(3);
  many.emplace_back(std::move(moved));
  many.resize(20);
  for (Grown& each : many) CHECK(own(each, each.layers));
  model.layers.reserve(100);
  CHECK(own(model, model.layers));
  CHECK(own(many[3], many[3].layers));
}

TEST_CASE("layers of a vector follow assignments and swaps of models") {
  Grown a, b;
  b.layers.pop_back();
  fill(b.layers[0].weight.tensor(), 7);
  Grown c;
  c = b;
  REQUIRE(own(c, c.layers));
  CHECK(c.parameters().size() == 4);
  CHECK(c.layers[0].weight.tensor().at({0, 0}) == 7);
  {
    nn::Linear alone = b.layers[1];  // not a part of c, which was assigned from b
    CHECK(own(c, c.layers));
    CHECK(own(b, b.layers));
  }
  b = a;  // the vector grows by copying
  CHECK(own(b, b.layers));
  CHECK(b.parameters().size() == 5);
  std::swap(b, c);
  CHECK(own(b, b.layers));
  CHECK(own(c, c.layers));
  CHECK(c.parameters().size() == 5);
  std::swap(b, c);
  CHECK(own(c, c.layers));  // in the other order
  CHECK(own(b, b.layers));
  b = Grown();
  CHECK(own(b, b.layers));
  c = std::move(b);
  CHECK(own(c, c.layers));
  CHECK(b.parameters().empty());
}

TEST_CASE("parameters of layers that a vector erases are removed") {
  Grown model;
  model.layers.erase(model.layers.begin() + 1);
  CHECK(paths(model) == Paths{"l0.weight", "l1.weight", "l2.weight", "l3.weight"});
  CHECK(own(model, model.layers));
  model.layers.clear();
  CHECK(model.parameters().empty());
  model.layers.emplace_back(&model, "l0", 1, 1, plain);
  CHECK(own(model, model.layers));
}

TEST_CASE("a layer behind a pointer moves with its model") {
  Pointer model;
  CHECK(model.parameters().at(0) == &model.layer->weight);
  Pointer moved = std::move(model);
  REQUIRE(moved.parameters().size() == 1);
  CHECK(moved.parameters()[0] == &moved.layer->weight);
  CHECK(model.parameters().empty());
  Pointer other;
  nn::Parameter* const weight = &other.layer->weight;
  std::swap(moved, other);
  CHECK(moved.parameters() == std::vector{weight});
  CHECK(other.parameters().at(0) == &other.layer->weight);
  CHECK(other.parameters().at(0) != weight);
  model = std::move(moved);
  CHECK(model.parameters() == std::vector{weight});
  model.layer.reset();
  CHECK(model.parameters().empty());
  model.layer = std::make_unique<nn::Linear>(&model, "layer", 2, 2, plain);
  CHECK(model.parameters().size() == 1);
}

TEST_CASE("a copy that would share a layer with its original is an error with advice") {
  Shared model;
  Shared moved = std::move(model);
  CHECK(moved.parameters().at(0) == &moved.layer->weight);
  Shared copy = moved;
  const std::string text = message([&] { copy.parameters(); });
  CHECK(has(text, "Shared: this copy has no layer \"layer\" of its own"));
  CHECK(has(text, "nn::ModuleList"));
  CHECK(moved.parameters().at(0) == &moved.layer->weight);
  copy.layer = std::make_shared<nn::Linear>(&copy, "layer", 2, 2, plain);
  CHECK(copy.parameters().at(0) == &copy.layer->weight);
}

TEST_CASE("optional layers, arrays, maps, queues and single parameters belong to their models") {
  Choice choice;
  CHECK(choice.parameters().empty());
  choice.make();
  choice.make();  // makes a new layer
  Choice copy = choice, moved = std::move(choice), assigned;
  assigned = copy;
  for (Choice* each : {&copy, &moved, &assigned}) CHECK(each->parameters() == std::vector{&each->layer->weight});
  copy.layer.reset();
  CHECK(copy.parameters().empty());
  assigned = copy;
  CHECK(assigned.parameters().empty());

  struct All : nn::Module {
    std::array<nn::Linear, 2> pair{nn::Linear(this, "left", 1, 1, plain), nn::Linear(this, "right", 1, 1, plain)};
    std::map<std::string, nn::Linear> named;
    std::deque<nn::Linear> queue;
    std::vector<nn::Parameter> scales;
    All() {
      for (const char* name : {"b", "a"}) named.try_emplace(name, this, name, 1, 1, plain);
      for (const char* name : {"first", "second", "third"}) queue.emplace_back(this, name, 1, 1, plain);
      for (const char* name : {"x", "y", "z"}) scales.emplace_back(this, name, ones({1}));
    }
    std::vector<nn::Parameter*> expected() {
      return {&scales[0],
              &scales[1],
              &scales[2],
              &pair[0].weight,
              &pair[1].weight,
              &named.at("b").weight,
              &named.at("a").weight,
              &queue[0].weight,
              &queue[1].weight,
              &queue[2].weight};
    }
  } all;
  CHECK(all.parameters() == all.expected());
  All second = all;
  CHECK(second.parameters() == second.expected());
  All third = std::move(second);
  CHECK(third.parameters() == third.expected());
  second = third;
  CHECK(second.parameters() == second.expected());
  std::swap(second, all);
  CHECK(second.parameters() == second.expected());
  CHECK(all.parameters() == all.expected());
}

TEST_CASE("members and their model may be destroyed in any order") {
  auto model = std::make_unique<Grown>();
  nn::Linear last(model.get(), "last", 1, 9, plain);
  nn::Linear moved = std::move(model->layers[0]);
  {
    nn::Linear passing(model.get(), "passing", 1, 1, plain);
    CHECK(model->parameters().size() == 6);  // without the parameters that were moved away
  }
  CHECK(model->parameters().size() == 5);
  model.reset();
  CHECK(last.path() == "last");
  CHECK(last.parameters() == std::vector{&last.weight});
  CHECK(moved.parameters() == std::vector{&moved.weight});
  nn::Linear again = std::move(last);
  CHECK(again.parameters() == std::vector{&again.weight});
}

TEST_CASE("a layer that is moved into a list leaves the model in which it was built") {
  struct Model : nn::Module {
    nn::ModuleList<nn::Linear> list{this, "list"};
    Model() {
      for (const char* name : {"a", "b", "c"}) list.push_back(nn::Linear(this, name, 1, 1, plain));
    }
  } model;
  CHECK(paths(model) == Paths{"list.0.weight", "list.1.weight", "list.2.weight"});
}

TEST_CASE("names of members must be non-empty, unique and without dots") {
  struct Twice : nn::Module {
    nn::Linear first{this, "dense", 2, 3}, second{this, "dense", 3, 4};
  };
  CHECK(has(message([] { Twice(); }), "Twice: two members are called \"dense\""));
  struct Mixed : nn::Module {
    nn::Parameter scale{this, "scale", ones({1})};
    nn::Linear layer{this, "scale", 2, 3};
  };
  CHECK(has(message([] { Mixed(); }), "two members are called \"scale\""));
  struct Lower : nn::Module {
    Twice* unused = nullptr;
    nn::Linear dense;
    Lower(nn::Module* parent, const std::string& name) : Module(parent, name), dense(this, "", 1, 1) {}
  };
  struct Upper : nn::Module {
    Lower lower{this, "lower"};
  };
  CHECK(has(message([] { Upper(); }), "lower: a layer has an empty name, at member_test.cpp:"));
  nn::Module model;
  CHECK(has(message([&] { nn::Linear(&model, "a.b", 1, 1); }), "the layer \"a.b\" has a dot"));
  CHECK(has(message([&] { nn::Parameter(&model, "", ones({1})); }), "a parameter has an empty name"));
  CHECK(model.parameters().empty());
}

TEST_CASE("errors in a layer's options name the line where the layer is built") {
  nn::Module model;
  const int line = __LINE__ + 1;
  const std::string text = message([&] { nn::MultiHeadAttention(&model, "attention", 10, 3); });
  CHECK(has(text, "3 heads do not divide 10, at member_test.cpp:" + std::to_string(line)));
  CHECK(has(message([] { nn::Dropout(nn::root, 2); }), ", at member_test.cpp:" + std::to_string(__LINE__)));
  CHECK(has(message([] { nn::LSTM(nn::root, {.input_size = 1}); }), ", at member_test.cpp:" + std::to_string(__LINE__)));
  CHECK_FALSE(has(message([&] { std::make_unique<nn::Dropout>(&model, "dropout", 2.0); }),
                  ", at"));  // does not name a line of the standard library
}
