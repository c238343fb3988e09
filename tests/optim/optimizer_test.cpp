#include <doctest/doctest.h>
#include <weft/optim/adam.h>
#include <weft/optim/adaptive.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>

#include <cmath>
#include <functional>

#include "tests/numbers.h"
#include "tests/reference/recorded.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

using Make = std::function<std::unique_ptr<optim::Optimizer>()>;

template <class O, class Options>
Make make(Options options) {
  return [=] { return std::make_unique<O>(options); };
}

struct Rule {
  std::string name;
  Make make;
};

// Every optimizer with the recorded options.
std::vector<Rule> rules() {
  using namespace optim;
  return {
      {"sgd", make<SGD>(SGDOptions{.lr = 0.1})},
      {"sgd_decay", make<SGD>(SGDOptions{.lr = 0.1, .weight_decay = 0.05})},
      {"momentum", make<SGD>(SGDOptions{.lr = 0.1, .momentum = 0.9, .weight_decay = 0.05})},
      {"nesterov", make<SGD>(SGDOptions{.lr = 0.1, .momentum = 0.8, .nesterov = true})},
      {"adagrad", make<Adagrad>(AdagradOptions{.lr = 0.2, .weight_decay = 0.05})},
      {"rmsprop", make<RMSprop>(RMSpropOptions{.lr = 0.02, .alpha = 0.9, .weight_decay = 0.05})},
      {"adam", make<Adam>(AdamOptions{.lr = 0.05})},
      {"adam_decay", make<Adam>(AdamOptions{.lr = 0.05, .beta1 = 0.7, .beta2 = 0.95, .epsilon = 1e-4, .weight_decay = 0.05})},
      {"adamw", make<AdamW>(AdamWOptions{.lr = 0.05})},
      {"adamw_decay", make<AdamW>(AdamWOptions{.lr = 0.05, .beta1 = 0.7, .beta2 = 0.95, .weight_decay = 0.3})},
  };
}

// The two recorded parameters and their gradients. The second one has no gradient in steps 0 and 3.
struct Training {
  Variable first, second;
  Tensor first_gradients, second_gradients;

  explicit Training(DType dtype = DType::f64) {
    Recorded all("optimizers.safetensors", "all");
    first = leaf(clone(cast(all["start_first"], dtype)));
    second = leaf(clone(cast(all["start_second"], dtype)));
    first_gradients = cast(all["gradients_first"], dtype);
    second_gradients = cast(all["gradients_second"], dtype);
  }

  void add_to(optim::Optimizer& optimizer) const {
    optimizer.add({first});
    optimizer.add({second}, {.learning_rate_scale = 0.5, .weight_decay = 0.2});
  }
  void step(optim::Optimizer& optimizer, std::int64_t i) {
    optimizer.zero_grad();
    first.set_grad(clone(select(first_gradients, 0, i)));
    if (i % 3) second.set_grad(clone(select(second_gradients, 0, i)));
    optimizer.step();
  }
};

constexpr std::int64_t kSteps = 6;

}  // namespace

TEST_CASE("optimizers take PyTorch's steps, with groups and with steps that lack a gradient") {
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    Recorded expected("optimizers.safetensors", rule.name);
    on_each_isa([&] {
      for (DType dtype : {DType::f64, DType::f32}) {
        Training training(dtype);
        auto optimizer = rule.make();
        training.add_to(*optimizer);
        double tolerance = dtype == DType::f64 ? 1e-14 : 1e-6;
        for (std::int64_t i = 0; i < kSteps; ++i) {
          training.step(*optimizer, i);
          auto error = [&](const Variable& parameter, const char* name) {
            return max_difference(cast(parameter.tensor(), DType::f64), select(expected[name], 0, i));
          };
          CHECK(error(training.first, "after_first") <= tolerance);
          CHECK(error(training.second, "after_second") <= tolerance);
        }
        CHECK(optimizer->steps() == kSteps);
      }
    });
  }
}

TEST_CASE("optimizers: a saved state continues bit for bit") {
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    Training whole, part;
    auto optimizer = rule.make(), before = rule.make(), after = rule.make();
    whole.add_to(*optimizer);
    part.add_to(*before);
    part.add_to(*after);
    for (std::int64_t i = 0; i < kSteps; ++i) whole.step(*optimizer, i);
    for (std::int64_t i = 0; i < 4; ++i) part.step(*before, i);
    after->load_state(before->state(), before->steps());
    CHECK(after->steps() == 4);
    for (std::int64_t i = 4; i < kSteps; ++i) part.step(*after, i);
    CHECK(equal_bits(part.first.tensor(), whole.first.tensor()));
    CHECK(equal_bits(part.second.tensor(), whole.second.tensor()));
    auto state = optimizer->state(), continued = after->state();
    REQUIRE(state.size() == continued.size());
    for (const auto& [name, value] : state) CHECK(equal_bits(continued.at(name), value));
  }
}

TEST_CASE("optimizers: a state is a snapshot, and a copy has its own state") {
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    Training training;
    auto optimizer = rule.make();
    training.add_to(*optimizer);
    training.step(*optimizer, 1);
    auto state = optimizer->state();
    std::map<std::string, Tensor> values;
    for (const auto& [name, value] : state) values[name] = clone(value);
    auto copy = optimizer->clone();
    training.step(*copy, 2);
    CHECK(optimizer->steps() == 1);
    CHECK(copy->steps() == 2);
    for (const auto& [name, value] : optimizer->state()) CHECK(equal_bits(value, values.at(name)));
    training.step(*optimizer, 3);
    for (const auto& [name, value] : state) CHECK(equal_bits(value, values.at(name)));
  }
}

TEST_CASE("optimizers: results do not depend on the number of threads") {
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    same_bits_on_threads([&] {
      Variable parameter = leaf(Numbers(1).tensor({70001}, DType::f32));
      auto optimizer = rule.make();
      optimizer->add({parameter});
      for (std::uint64_t i = 0; i < 3; ++i) {
        parameter.set_grad(Numbers(2 + i).tensor({70001}, DType::f32));
        optimizer->step();
      }
      return parameter.tensor();
    });
  }
}

TEST_CASE("optimizers: parameters without a gradient do not change, and zero_grad drops gradients") {
  for (const Rule& rule : rules()) {
    Training training;
    auto optimizer = rule.make();
    training.add_to(*optimizer);
    Tensor before = clone(training.first.tensor());
    optimizer->step();
    CHECK(equal_bits(training.first.tensor(), before));
    CHECK(optimizer->state().empty());
    training.step(*optimizer, 1);
    CHECK_FALSE(equal_bits(training.first.tensor(), before));
    optimizer->zero_grad();
    CHECK_FALSE(training.first.grad().defined());
  }
}

TEST_CASE("optimizers: the rate can change between steps") {
  Variable x = leaf(tensor({1, 2}));
  optim::SGD sgd({.lr = 0.5});
  sgd.add({x}, {.learning_rate_scale = 2});
  x.set_grad(tensor({1, -1}));
  sgd.step();
  CHECK(equal_bits(x.tensor(), tensor({0, 3})));
  CHECK(sgd.learning_rate() == 0.5);
  sgd.set_learning_rate(0.25);
  sgd.step();
  CHECK(equal_bits(x.tensor(), tensor({-0.5, 3.5})));
}

TEST_CASE("AdamW decays by 0.01 by default") {
  for (auto [options, expected] :
       {std::pair(optim::AdamWOptions{.lr = 0.5}, 0.995), std::pair(optim::AdamWOptions{.lr = 0.5, .weight_decay = 0}, 1.0)}) {
    Variable x = leaf(tensor(1, DType::f64));
    optim::AdamW adam(options);
    adam.add({x});
    x.set_grad(tensor(0, DType::f64));
    adam.step();
    CHECK(x.item() == doctest::Approx(expected));
  }
}

TEST_CASE("optimizers refuse options out of range") {
  using namespace optim;
  const auto refuses = [](auto make, const std::string& message) {
    CHECK_THROWS_WITH_AS(make(), doctest::Contains((message + ", at optimizer_test.cpp:").c_str()), ValueError);
  };
  refuses([] { SGD({.lr = -1}); }, "SGD: lr is -1, not 0 or above");
  refuses([] { SGD({.momentum = -0.5}); }, "SGD: momentum is -0.5, not 0 or above");
  refuses([] { SGD({.nesterov = true}); }, "SGD: nesterov needs a momentum");
  refuses([] { Adagrad({.epsilon = -1}); }, "Adagrad: epsilon is -1, not 0 or above");
  refuses([] { RMSprop({.weight_decay = -1}); }, "RMSprop: weight_decay is -1, not 0 or above");
  refuses([] { RMSprop({.alpha = 1.5}); }, "RMSprop: alpha is 1.5, not in [0, 1]");
  refuses([] { Adam({.lr = NAN}); }, "Adam: lr is nan, not 0 or above");
  refuses([] { Adam({.beta1 = 1}); }, "Adam: betas 1 and 0.999 must lie in [0, 1)");
  refuses([] { AdamW({.beta2 = -0.1}); }, "AdamW: betas 0.9 and -0.1 must lie in [0, 1)");
  refuses([] { AdamW({.weight_decay = -2}); }, "AdamW: weight_decay is -2, not 0 or above");
  refuses([] { Adam({.lr = INFINITY}); }, "Adam: lr is inf, not finite");
  refuses([] { SGD({.momentum = INFINITY}); }, "SGD: momentum is inf, not finite");
  Adam adam;
  for (double wrong : {-1.0, double(INFINITY), double(NAN)}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH_AS(adam.add({}, {.learning_rate_scale = wrong}, {"a.cpp", 3}),
                         doctest::Contains("and weight_decay 0 must be finite and not negative, at a.cpp:3"), ValueError);
    CHECK_THROWS_WITH_AS(adam.add({}, {.weight_decay = wrong}, {"a.cpp", 3}),
                         doctest::Contains("Adam: a group's learning_rate_scale 1 and weight_decay "), ValueError);
    CHECK_THROWS_WITH_AS(adam.set_learning_rate(wrong, {"a.cpp", 3}),
                         doctest::Contains(", not a finite number of at least 0, at a.cpp:3"), ValueError);
  }
  CHECK(adam.learning_rate() == 1e-3);
}

TEST_CASE("optimizers accept only leaves, and each only once") {
  Variable x = leaf(tensor({1, 2}));
  optim::Adam adam;
  CHECK_THROWS_WITH_AS(optim::Adam().step({"a.cpp", 3}),
                       "Adam: step() was called before add(), so that there are no parameters to update, at a.cpp:3", ValueError);
  CHECK_THROWS_WITH_AS(adam.add({x.detach()}, {}, {"a.cpp", 3}), "Adam: a parameter is not a leaf, at a.cpp:3", GradError);
  adam.add({x});
  CHECK_THROWS_WITH_AS(adam.add({x}, {}, {"a.cpp", 3}), "Adam: a parameter [2] f32 was added before, at a.cpp:3", ValueError);
  CHECK_THROWS_WITH_AS(adam.add({leaf(tensor(1)), x}, {}, {"a.cpp", 3}), "Adam: a parameter [2] f32 was added before, at a.cpp:3",
                       ValueError);
}

TEST_CASE("optimizers refuse a mismatched state and keep their own") {
  Training training;
  optim::Adam adam;
  training.add_to(adam);
  training.step(adam, 1);
  const auto state = adam.state();
  auto refuses = [&](auto change, const char* message) {
    auto broken = state;
    change(broken);
    CHECK_THROWS_WITH_AS(adam.load_state(broken, 7), message, FormatError);
  };
  refuses([](auto& s) { s.erase("1.v"); }, "Adam state: parameter 1 lacks 1.v");
  refuses([](auto& s) { s["2.v"] = s["1.v"]; }, "Adam state: 2.v belongs to no parameter");
  refuses([](auto& s) { s["0.m"] = zeros({3}, DType::f64); }, "Adam state 0.m: is [3] f64, not [3, 5] f64");
  refuses([](auto& s) { s["0.m"] = zeros({3, 5}); }, "Adam state 0.m: is [3, 5] f32, not [3, 5] f64");
  CHECK_THROWS_AS(adam.load_state(state, -1), FormatError);
  CHECK(adam.steps() == 1);
  for (const auto& [name, value] : adam.state()) CHECK(equal_bits(value, state.at(name)));
}
