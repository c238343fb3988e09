// Gradients that cannot be summed by shards: the op is named and no leaf changes. And what a scope of ShardedGradients covers.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/checkpoint.h>
#include <weft/autograd/engine/sharded_gradients.h>
#include <weft/autograd/fused/additive_score.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/autograd/indexing/sort.h>

#include <doctest/doctest.h>

#include <functional>

#include "tests/numbers.h"

using namespace weft;

namespace {

// 13 examples with 13 features and 13 classes, so that no size says which axis are the examples.
struct Square {
  Numbers random{9};
  Tensor x = random.tensor({13, 13}, DType::f32), targets = random.indices({13}, 13);
  Variable weight = leaf(random.tensor({13, 13}, DType::f32)), vector = leaf(random.tensor({13}, DType::f32)),
           row = leaf(random.tensor({1, 13}, DType::f32)), small = leaf(random.tensor({6, 6}, DType::f32)),
           watched = leaf(random.tensor({13}, DType::f32));

  Square() { watched.register_hook(tripled); }

  static Variable tripled(const Variable& gradient) { return gradient * 3.0; }
  Variable loss(const Variable& logits) const { return cross_entropy(logits, targets, {.reduction = Reduction::sum}); }
  Variable plain(const Variable& in) const { return linear(in, weight, Variable()); }

  // Returns the op because of which the loss has no sharded gradients.
  std::string unsharded(const Variable& loss) const {
    ShardedGradients scope({3, 6, 9, 13});
    loss.backward();
    for (const Variable& leaf : {weight, vector, row, small, watched}) CHECK_FALSE(leaf.has_grad());
    return scope.unsharded();
  }
};

struct NamedLoss {
  const char* op;
  std::function<Variable(const Variable& y)> loss;
};

// Every loss is a function of logits y = x weight^T.
void check_named(const Square& in, const std::vector<NamedLoss>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(i);
    CHECK(in.unsharded(all[i].loss(in.plain(in.x))) == all[i].op);
  }
}

using V = const Variable&;

}  // namespace

TEST_CASE("unsharded: losses that are no sums over the examples") {
  const Square in;
  check_named(in, {{"square", [&](V y) { return in.loss(y) + sum(square(in.weight)); }},
                   {"sum", [&](V y) { return in.loss(y) + sum(in.weight); }},
                   {"cross_entropy", [&](V y) { return cross_entropy(y, in.targets); }},  // a mean
                   {"exp", [&](V y) { return exp(in.loss(y)); }},
                   {"sum", [&](V y) { return sum(square(y)); }},  // nothing says that the rows are examples
                   {"mul", [&](V y) { return sum(square(y)) / 13.0 * in.loss(y); }}});
}

TEST_CASE("unsharded: ops that mix examples") {
  const Square in;
  Numbers random(10);
  const Tensor index = random.indices({13}, 13);
  check_named(in, {{"linear", [&](V y) { return in.loss(transpose(y)); }},
                   {"transpose", [&](V y) { return in.loss(y + transpose(y)); }},
                   {"cumsum", [&](V y) { return in.loss(cumsum(y, 0)); }},
                   {"index_select", [&](V y) { return in.loss(index_select(y, 0, index)); }},
                   {"slice", [&](V y) { return in.loss(slice(y, 0, 0, 13)); }},
                   {"expand", [&](V y) { return in.loss(y - mean(y, {0}, true)); }},
                   {"expand",
                    [&](V y) {
                      return in.loss(y + expand(sum(y, {0}, true), {13, 13}));
                    }},
                   {"softmax", [&](V y) { return in.loss(transpose(softmax(transpose(y)))); }},
                   {"linear", [&](V y) { return in.loss(layer_norm(transpose(y), in.vector, Variable())); }},
                   {"linear",
                    [&](V y) {
                      return in.loss(in.plain(reshape(transpose(y), {13, 13})));
                    }},
                   {"matmul", [&](V y) { return in.loss(y + matmul(y, matmul(y, in.weight))); }},
                   {"matmul", [&](V y) { return in.loss(matmul(in.weight, y)); }}});
}

TEST_CASE("unsharded: gradients of leaves that are no sums over rows") {
  const Square in;
  const auto checkpointed = [&](V y) {
    const auto loss = [&](const std::vector<Variable>& values) { return std::vector<Variable>{in.loss(values[0])}; };
    return checkpoint(loss, {y})[0];
  };
  const auto scores = [&](V y) {  // whose vector has as many numbers as there are examples
    const Variable keys = reshape(y, {13, 1, 13});
    return squeeze(additive_score(keys, keys, in.vector * 2.0), 2);
  };
  const auto shuffled = [&](V y) {
    const Variable weight = reshape(transpose(reshape(in.small, {4, 9})), {6, 6});
    return concat({matmul(slice(y, 1, 0, 6), weight), slice(y, 1, 0, 7)}, 1);
  };
  check_named(in, {{"mul", [&](V y) { return in.loss(y * in.weight); }},
                   {"expand", [&](V y) { return in.loss(y * in.row); }},
                   {"matmul", [&](V y) { return in.loss(matmul(y, in.weight * 2.0)); }},
                   {"matmul", [&](V y) { return in.loss(matmul(y, in.weight + Variable(in.x))); }},
                   {"matmul", [&](V y) { return in.loss(matmul(y, slice(in.weight, 0, 0, 13))); }},
                   {"linear", [&](V y) { return in.loss(y + linear(y, exp(in.weight), Variable())); }},
                   {"additive_score", [&](V y) { return in.loss(y + scores(y)); }},
                   {"matmul", [&](V y) { return in.loss(shuffled(y)); }},
                   // A product and a sum over rows, which would have trees of their own.
                   {"row_product", [&](V y) { return in.loss(y + sum(unsqueeze(y, 1) + in.weight, {1})); }},
                   {"checkpoint", checkpointed},
                   {"hook", [&](V y) { return in.loss(y + in.watched); }},
                   {"hook", [&](V y) {
                      const Variable hooked = y * 2.0;
                      hooked.register_hook(Square::tripled);
                      return in.loss(hooked);
                    }}});
}

TEST_CASE("unsharded: a scope applies to its thread's backward passes while it exists") {
  Numbers random(11);
  const Tensor x = random.tensor({6, 4}, DType::f32), targets = random.indices({6}, 3);
  const Variable weight = leaf(random.tensor({3, 4}, DType::f32));
  const auto loss = [&] { return cross_entropy(linear(Variable(x), weight, Variable()), targets); };
  {
    ShardedGradients outer({6});
    {
      ShardedGradients inner({2, 6});
      loss().backward();
      CHECK(inner.unsharded() == "cross_entropy");
      CHECK(grad({loss()}, {weight})[0].defined());
    }
    loss().backward();
    CHECK(outer.unsharded() == "");
  }
  CHECK(weight.has_grad());
}

TEST_CASE("unsharded: AnomalyMode looks into the sums over rows") {
  AnomalyMode anomaly;
  const Variable weight = leaf(cast(tensor({{1e-30}}), DType::f32));
  const Variable y = mark_examples(linear(Variable(cast(tensor({{1e30}, {2}}), DType::f32)), weight, Variable()));
  ShardedGradients scope({1, 2});
  CHECK_THROWS_WITH_AS(sum(y * 1e30).backward(),
                       doctest::Contains("backward: the gradient of a leaf, [1, 1] f32, has a NaN or an infinity"), GradError);
  CHECK_FALSE(weight.has_grad());
}

TEST_CASE("unsharded: wrong shards are refused") {
  const Where here{"a.cpp", 3};
  using Lookups = ShardedGradients::Lookups;
  CHECK_THROWS_WITH_AS(ShardedGradients({1, 2, 3}, Lookups::added, here),
                       "sharded gradients: the number of shards is 3, not a power of two, at a.cpp:3", ValueError);
  CHECK_THROWS_WITH_AS(ShardedGradients({2, 1}, Lookups::added, here),
                       "sharded gradients: the ends of the shards do not ascend from 0, at a.cpp:3", ValueError);
  CHECK_THROWS_WITH_AS(ShardedGradients({0, 0}, Lookups::added, here), "sharded gradients: no shard has examples, at a.cpp:3",
                       ValueError);
}
