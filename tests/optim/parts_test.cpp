// Optimizers that are restricted to parts of the rows, as ranks share a step: together they do what one optimizer does.
#include <doctest/doctest.h>
#include <weft/optim/adam.h>
#include <weft/optim/adaptive.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/detail/row_parts.h>

#include <functional>

#include "tests/numbers.h"

using namespace weft;
using optim::Optimizer, optim::RowUpdates;

namespace {

struct Rule {
  std::string name;
  std::function<std::unique_ptr<Optimizer>()> make;
};

template <class O, class Options>
Rule rule(std::string name, Options options) {
  return {std::move(name), [=] { return std::make_unique<O>(options); }};
}

std::vector<Rule> every_rule() {
  using namespace optim;
  return {rule<SGD>("sgd", SGDOptions{.lr = 0.1, .weight_decay = 0.05}),
          rule<SGD>("momentum", SGDOptions{.lr = 0.1, .momentum = 0.9}),
          rule<SGD>("nesterov", SGDOptions{.lr = 0.1, .momentum = 0.8, .nesterov = true, .weight_decay = 0.1}),
          rule<Adagrad>("adagrad", AdagradOptions{.lr = 0.2, .weight_decay = 0.05}),
          rule<RMSprop>("rmsprop", RMSpropOptions{.lr = 0.02}),
          rule<Adam>("adam", AdamOptions{.lr = 0.05, .weight_decay = 0.05}),
          rule<Adam>("lazy_adam", AdamOptions{.lr = 0.05, .row_updates = RowUpdates::lazy}),
          rule<AdamW>("adamw", AdamWOptions{.lr = 0.05}),
          rule<AdamW>("lazy_adamw", AdamWOptions{.lr = 0.05, .row_updates = RowUpdates::lazy})};
}

const std::vector<Shape> kShapes{{40, 9}, {23}, {}, {3, 7}, {0, 4}, {2, 3, 5}, {31, 6}};
constexpr std::size_t kEmbedding = 6;  // which of them has gradients by rows

std::vector<Variable> parameters_of(DType dtype) {
  std::vector<Variable> parameters;
  Numbers numbers(1);
  for (const Shape& shape : kShapes) parameters.push_back(leaf(numbers.tensor(shape, dtype)));
  return parameters;
}

// Sets the gradients of a step. Some parameters have none at some steps.
void set_gradients(const std::vector<Variable>& parameters, int step) {
  Numbers numbers(static_cast<std::uint64_t>(10 + step));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    Variable parameter = parameters[i];
    const Shape& shape = parameter.shape();
    const Tensor gradient = numbers.tensor(shape, parameter.dtype());
    parameter.zero_grad();
    if ((static_cast<std::size_t>(step) + i) % 4 == 3) continue;
    if (i != kEmbedding) {
      parameter.set_grad(gradient);
      continue;
    }
    const std::int64_t ids = step == 2 ? 0 : 12;
    parameter.set_grad_rows(
        embedding_gradient_rows(numbers.tensor({ids, shape[1]}, parameter.dtype()), numbers.indices({ids}, shape[0]), shape[0]));
  }
}

void step(Optimizer& optimizer, const std::vector<Variable>& parameters, int number) {
  set_gradients(parameters, number);
  optimizer.set_learning_rate(0.05 / (1 + number));
  optimizer.step();
}

Tensor part_of_rows(const Tensor& x, int part, int parts) { return clone(rows_in(x, part_of(rows_of(x.shape()), part, parts))); }

// Checks that the rows of this part are those of `expected`, and that the others are as at the beginning.
void check_part(const std::vector<Variable>& found, const std::vector<Variable>& expected, int part, int parts) {
  const std::vector<Variable> start = parameters_of(found[0].dtype());
  for (std::size_t i = 0; i < found.size(); ++i)
    for (int other = 0; other < parts; ++other) {
      CAPTURE(i);
      const std::vector<Variable>& from = other == part ? expected : start;
      CHECK(equal_bits(part_of_rows(found[i].tensor(), other, parts), part_of_rows(from[i].tensor(), other, parts)));
    }
}

// Checks that a state is this part of the rows of another.
void check_state(const std::map<std::string, Tensor>& found, const std::map<std::string, Tensor>& whole, int part, int parts) {
  REQUIRE(found.size() == whole.size());
  for (const auto& entry : whole) {
    const std::string& name = entry.first;
    CAPTURE(name);
    const bool steps = name.ends_with(".steps");
    CHECK(equal_bits(found.at(name), steps ? entry.second : part_of_rows(entry.second, part, parts)));
  }
}

}  // namespace

TEST_CASE("the parts of an optimizer together have the bits of the whole step, and of its state") {
  for (const Rule& rule : every_rule())
    for (DType dtype : {DType::f32, DType::f64})
      for (int parts : {1, 2, 4, 8}) {
        CAPTURE(rule.name);
        CAPTURE(parts);
        const std::vector<Variable> expected = parameters_of(dtype);
        const auto whole = rule.make();
        whole->add(expected);
        for (int i = 0; i < 6; ++i) step(*whole, expected, i);
        for (int part = 0; part < parts; ++part) {
          const std::vector<Variable> found = parameters_of(dtype);
          const auto own = rule.make();
          own->add(found);
          own->restrict_to_part(part, parts);
          for (int i = 0; i < 6; ++i) step(*own, found, i);
          check_part(found, expected, part, parts);
          if (parts > 1) check_state(own->state(), whole->state(), part, parts);
          CHECK(own->steps() == whole->steps());
        }
      }
}

TEST_CASE("restrict_to_part cuts the state of all rows, and goes on as if it had been restricted from the first step") {
  for (const Rule& rule : every_rule())
    for (int parts : {2, 4})
      for (int part = 0; part < parts; ++part) {
        CAPTURE(rule.name);
        CAPTURE(parts);
        const std::vector<Variable> expected = parameters_of(DType::f32), found = parameters_of(DType::f32);
        const auto whole = rule.make(), own = rule.make();
        whole->add(expected);
        own->add(found);
        for (int i = 0; i < 3; ++i) step(*own, found, i);
        for (int i = 0; i < 3; ++i) step(*whole, expected, i);
        own->restrict_to_part(part, parts);
        check_state(own->state(), whole->state(), part, parts);
        for (int i = 3; i < 6; ++i) step(*whole, expected, i);
        for (int i = 3; i < 6; ++i) {
          step(*own, found, i);
          for (std::size_t p = 0; p < found.size(); ++p) {  // the other rows come from other parts, here at the end
            if (i < 5) continue;
            CHECK(equal_bits(part_of_rows(found[p].tensor(), part, parts), part_of_rows(expected[p].tensor(), part, parts)));
          }
        }
        check_state(own->state(), whole->state(), part, parts);
      }
}

TEST_CASE("the state of a part can be saved and restored, and that of another part is refused or dropped") {
  for (const Rule& rule : every_rule()) {
    CAPTURE(rule.name);
    const std::vector<Variable> first = parameters_of(DType::f32), second = parameters_of(DType::f32);
    const auto a = rule.make(), b = rule.make();
    a->add(first);
    b->add(second);
    a->restrict_to_part(1, 4);
    b->restrict_to_part(1, 4);
    for (int i = 0; i < 3; ++i) {
      step(*a, first, i);
      step(*b, second, i);
    }
    const auto saved = a->state();
    const std::int64_t steps = a->steps();
    for (int i = 3; i < 5; ++i) step(*a, first, i);
    b->restrict_to_part(0, 1);  // what it has belongs to part 1
    CHECK(b->state().empty());
    if (saved.contains("0.steps") && saved.size() > kShapes.size())  // a rule that keeps tensors
      CHECK_THROWS_AS(b->load_state(saved, steps), FormatError);
    b->restrict_to_part(1, 4);
    b->load_state(saved, steps);
    for (int i = 3; i < 5; ++i) step(*b, second, i);
    check_part(second, first, 1, 4);
    const auto expected = a->state(), found = b->state();
    REQUIRE(expected.size() == found.size());
    for (const auto& [name, value] : expected) CHECK(equal_bits(found.at(name), value));
  }
}

TEST_CASE("restrict_to_part: a copy of an optimizer has the same part, and a part that does not exist is refused") {
  const std::vector<Variable> parameters = parameters_of(DType::f32), expected = parameters_of(DType::f32);
  optim::Adam adam, whole;
  adam.add(parameters);
  whole.add(expected);
  adam.restrict_to_part(1, 2);
  const auto copy = adam.clone();
  step(*copy, parameters, 0);
  step(whole, expected, 0);
  check_part(parameters, expected, 1, 2);
  CHECK(adam.state().empty());
  for (int part : {-1, 2, 3})
    CHECK_THROWS_WITH_AS(adam.restrict_to_part(part, 2), doctest::Contains("there is no part "), ValueError);
  REQUIRE(adam.parameters().size() == parameters.size());
  CHECK(adam.parameters()[3].state() == parameters[3].state());
}
