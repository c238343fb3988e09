#include <weft/autograd/gradcheck.h>
#include <weft/autograd/join.h>
#include <weft/autograd/math.h>
#include <weft/autograd/views.h>
#include <weft/tensor/compare.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

namespace {

using Inputs = std::vector<Variable>;

template <class F>
void check_gradients(F function, const std::vector<Tensor>& inputs) {
  CHECK(gradcheck(function, inputs));
  CHECK(gradgradcheck(function, inputs));
}

}  // namespace

TEST_CASE("concat and stack of Tensors give Tensors, with any Variable a Variable") {
  Tensor t = tensor({1, 2});
  Variable v = leaf(tensor({3, 4}));
  static_assert(std::is_same_v<decltype(concat({t, t})), Tensor>);
  static_assert(std::is_same_v<decltype(concat({t, v})), Variable>);
  static_assert(std::is_same_v<decltype(concat({v, t}, 0)), Variable>);
  static_assert(std::is_same_v<decltype(concat({v, v})), Variable>);
  static_assert(std::is_same_v<decltype(concat({v})), Variable>);
  static_assert(std::is_same_v<decltype(concat({t})), Tensor>);
  static_assert(std::is_same_v<decltype(stack({t, t})), Tensor>);
  static_assert(std::is_same_v<decltype(stack({t, v}, 1)), Variable>);
  static_assert(std::is_same_v<decltype(concat(std::vector<Tensor>{t, t})), Tensor>);
  static_assert(std::is_same_v<decltype(concat(std::vector<Variable>{t, v})), Variable>);
  static_assert(std::is_same_v<decltype(stack(split(v, {1, 1}))), Variable>);
  static_assert(std::is_same_v<decltype(stack(split(t, 1))), Tensor>);
  CHECK(equal_bits(concat({t, v}).tensor(), tensor({1, 2, 3, 4})));
  CHECK(concat({t, v}).requires_grad());
  CHECK_FALSE(concat({t, v.detach()}).requires_grad());
}

TEST_CASE("gradients of concat, stack, split and unbind") {
  Numbers random(1);
  for (int axis : {0, 1, -1}) {
    CAPTURE(axis);
    std::vector<Tensor> inputs{random.tensor({2, 3}), transpose(random.tensor({3, 2}))};
    check_gradients([axis](const Inputs& in) { return square(concat({in[0], in[1], in[0]}, axis)); }, inputs);
    check_gradients([axis](const Inputs& in) { return square(stack({in[0], in[1], in[0]}, axis)); }, inputs);
    check_gradients(
        [axis](const Inputs& in) {
          Inputs parts = split(in[0], {1, 0, 3}, axis);
          return Inputs{square(parts[0]), parts[2] * in[1]};
        },
        {random.tensor({4, 4}), axis == 0 ? random.tensor({3, 4}) : random.tensor({4, 3})});
    check_gradients(
        [axis](const Inputs& in) {
          Inputs parts = unbind(in[0], axis);
          return parts[0] * square(parts[2]);
        },
        {random.tensor({3, 3})});
  }
}

TEST_CASE("gradients of pad, flip, repeat and roll") {
  Numbers random(2);
  std::vector<Tensor> inputs{random.tensor({2, 3})};
  check_gradients([](const Inputs& in) { return square(pad(in[0], {{1, 0}, {2, 1}}, 3)); }, inputs);
  check_gradients([](const Inputs& in) { return square(flip(in[0], {0, -1})) * in[0]; }, inputs);
  check_gradients([](const Inputs& in) { return square(repeat(in[0], {2, 3})); }, inputs);
  check_gradients([](const Inputs& in) { return roll(in[0], 2, 1) * square(in[0]); }, inputs);
}

TEST_CASE("a split is one node, and constants get no gradient") {
  Variable x = leaf(ones({4, 8}));
  std::int64_t before = live_nodes();
  {
    std::vector<Variable> parts = split(x, 2, 1);
    CHECK(live_nodes() == before + 1);
    Variable y = concat({parts[0] * 2, Variable(ones({4, 1})), parts[3]}, 1);
    y.backward(Variable(ones({4, 5})), {});
  }
  CHECK(live_nodes() == before);
  CHECK(equal_bits(x.grad().tensor(), expand(tensor({2, 2, 0, 0, 0, 0, 1, 1}), {4, 8})));
}
