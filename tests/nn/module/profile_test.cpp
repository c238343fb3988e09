#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/profile/profile.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {

struct Model : nn::Module {
  nn::Linear first{this, "first", 3, 4}, second{this, "second", 4, 2};

  Variable operator()(const Variable& x, Where caller = Where::here()) const {
    nn::LayerScope scope(*this, caller);
    return second(tanh(first(x)));
  }
};

}  // namespace

TEST_CASE("a profile times layers by their paths, with their ops inside") {
  Model model;
  Profile profile;
  Tensor x = ones({5, 3});
  profile.start();
  const int line = __LINE__ + 1;
  Variable y = model(x);
  profile.stop();
  std::vector<std::string> tree;
  for (const ProfileEvent& event : profile.events()) {
    if (event.name == "pack_weight" || event.name == "copy") continue;
    tree.push_back(std::string(static_cast<std::size_t>(event.depth), ' ') + event.name);
    CHECK(event.caller.line == line);
    CHECK((event.kind == ProfileKind::layer) == (event.name != "linear" && event.name != "tanh"));
  }
  CHECK(tree == std::vector<std::string>{"Model", " first", "  linear", " tanh", " second", "  linear"});
}

TEST_CASE("a sequence is one op in its layer") {
  nn::LSTM lstm(nn::root, {.input_size = 3, .hidden_size = 4});
  Profile profile;
  Tensor x = ones({2, 5, 3});
  profile.start();
  auto result = lstm(x);
  profile.stop();
  auto events = profile.events();
  REQUIRE(events.size() > 2);
  CHECK(events[0].name == "LSTM");
  int sequences = 0;
  for (const ProfileEvent& event : events) sequences += event.name == "lstm" && event.depth == 1;
  CHECK(sequences == 1);
}
