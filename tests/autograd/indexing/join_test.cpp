#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/join.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("concat and stack of Tensors give a Tensor, and with any Variable a Variable") {
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
