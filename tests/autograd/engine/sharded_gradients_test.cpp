// The gradients of a batch in one graph have the bits of its shards' own gradients, added in the tree of the shards.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/additive_score.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/fused/recurrence.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/reduction/lengths.h>

#include "tests/autograd/engine/shard_check.h"
#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

const CrossEntropyOptions kSum{.reduction = Reduction::sum};

Tensor rows(const Tensor& x, std::int64_t begin, std::int64_t end) { return contiguous(slice(x, 0, begin, end)); }

Variable total(const Variable& logits, const Tensor& targets) { return cross_entropy(logits, targets, kSum) * 0.01; }

// The shards of all tests: 2, 4 and 8 of 13 examples, uneven ones, and empty ones.
const std::vector<std::vector<std::int64_t>> kShards{even_shards(13, 2), even_shards(13, 4), even_shards(13, 8),
                                                     {0, 5, 5, 13},      {1, 2, 13, 13},     {0, 0, 0, 0, 13, 13, 13, 13},
                                                     {13, 13},           even_shards(13, 16)};

// Every leaf's gradient must be the same, and the fast path must be taken.
void check_shards(const std::vector<Variable>& leaves, const LossOfExamples& loss) {
  for (const auto& ends : kShards) {
    CAPTURE(ends.size());
    CHECK(shards_differ(leaves, ends, loss) == "");
  }
}

// 13 sequences of lengths 1 .. time.
struct Sequences {
  Tensor x, ids, lengths, targets;

  Sequences(Numbers& random, std::int64_t time, std::int64_t width, DType dtype = DType::f32)
      : x(random.tensor({13, time, width}, dtype)),
        ids(random.indices({13, time}, 20)),
        lengths(random.indices({13}, time)),
        targets(random.indices({13, time}, 6)) {
    for (std::int64_t i = 0; i < 13; ++i) {
      lengths.set({i}, i == 7 ? static_cast<double>(time) : lengths.at({i}) + 1);
      for (std::int64_t t = static_cast<std::int64_t>(lengths.at({i})); t < time; ++t) targets.set({i, t}, -100);
    }
  }
  // The longest length of the examples: a shard's graph has its own padding.
  std::int64_t time(std::int64_t begin, std::int64_t end) const {
    return static_cast<std::int64_t>(max(rows(lengths, begin, end)).item());
  }
  Tensor padded(const Tensor& all, std::int64_t begin, std::int64_t end) const {
    return contiguous(slice(rows(all, begin, end), 1, 0, time(begin, end)));
  }
};

}  // namespace

TEST_CASE("sharded gradients: a linear layer with its bias") {
  Numbers random(1);
  on_each_isa([&] {
    for (DType dtype : {DType::f32, DType::f64}) {
      const Tensor x = random.tensor({13, 21}, dtype), targets = random.indices({13}, 6);
      const std::vector<Variable> leaves{leaf(random.tensor({6, 21}, dtype)), leaf(random.tensor({6}, dtype))};
      check_shards(leaves, [&](std::int64_t begin, std::int64_t end) {
        return total(linear(Variable(rows(x, begin, end)), leaves[0], leaves[1]), rows(targets, begin, end));
      });
    }
  });
}

TEST_CASE("sharded gradients: sequences, tied weights and biases of other shapes") {
  Numbers random(2);
  const Sequences all(random, 90, 8);
  const std::vector<Variable> leaves{leaf(random.tensor({8, 8}, DType::f32)), leaf(random.tensor({8}, DType::f32)),
                                     leaf(random.tensor({8, 6}, DType::f32)), leaf(random.tensor({}, DType::f32))};
  check_shards(leaves, [&](std::int64_t begin, std::int64_t end) {
    const Variable x = all.padded(all.x, begin, end);
    Variable h = tanh(linear(x, leaves[0], leaves[1]));
    h = sigmoid(linear_transposed(h, leaves[0]) * leaves[3] + leaves[1]);
    const Variable time_major = tanh(linear(transpose(h, 0, 1), leaves[0], Variable()));
    h = h + transpose(time_major, 0, 1);
    return total(matmul(h, leaves[2]), all.padded(all.targets, begin, end));
  });
}

TEST_CASE("sharded gradients: the steps of a decoder, with lookups that are tied to its output") {
  Numbers random(3);
  const Sequences all(random, 11, 8);
  const std::vector<Variable> leaves{leaf(random.tensor({20, 8}, DType::f32)), leaf(random.tensor({8, 16}, DType::f32)),
                                     leaf(random.tensor({8}, DType::f32)), leaf(random.tensor({8}, DType::f32))};
  check_shards(leaves, [&](std::int64_t begin, std::int64_t end) {
    const Tensor ids = all.padded(all.ids, begin, end), lengths = rows(all.lengths, begin, end);
    const Variable keys = all.padded(all.x, begin, end);
    Variable state(zeros({end - begin, 8}));
    std::vector<Variable> outputs;
    for (std::int64_t t = 0; t < ids.size(1); ++t) {
      const Variable word = embedding(leaves[0], contiguous(select(ids, 1, t)), 3);
      const Variable scores = additive_score(unsqueeze(state, 1), keys, leaves[3]);
      const Variable seen = squeeze(matmul(softmax(scores, lengths), keys), 1);
      state = tanh(linear(concat({word, state + seen}, -1), leaves[1], leaves[2]));
      outputs.push_back(state);
    }
    Tensor targets = all.padded(all.targets, begin, end);
    return total(linear(stack(outputs, 1), leaves[0], Variable()), targets);
  });
}

TEST_CASE("sharded gradients: lookups alone are row-sparse") {
  Numbers random(4);
  const Sequences all(random, 700, 6);
  const std::vector<Variable> leaves{leaf(random.tensor({20, 6}, DType::f32))};
  const auto loss = [&](std::int64_t begin, std::int64_t end) {
    return total(sin(embedding(leaves[0], all.padded(all.ids, begin, end))), all.padded(all.targets, begin, end));
  };
  check_shards(leaves, loss);
  ShardedGradients scope({3, 13});
  loss(0, 13).backward();
  CHECK(leaves[0].grad_rows().defined());
}

TEST_CASE("sharded gradients: recurrent layers, in both directions and with a mask") {
  Numbers random(5);
  const Sequences all(random, 60, 7);
  const Tensor given_mask = random.tensor({13, 5}, DType::f32);
  for (RecurrentCell cell : {RecurrentCell::rnn, RecurrentCell::lstm, RecurrentCell::gru})
    for (bool masked : {false, true}) {
      const std::int64_t gates = gate_count(cell) * 5;
      std::vector<Variable> leaves;
      for (int i = 0; i < 2; ++i)
        for (const Shape& shape : {Shape{gates, 7}, Shape{gates, 5}, Shape{gates}, Shape{gates}})
          leaves.push_back(leaf(random.tensor(shape, DType::f32)));
      leaves.push_back(leaf(random.tensor({6, 10}, DType::f32)));
      const auto loss = [&](std::int64_t begin, std::int64_t end) {
        const Variable x = all.padded(all.x, begin, end);
        std::vector<Variable> sides;
        RecurrentState last;
        for (std::size_t i = 0; i < 2; ++i) {
          RecurrentWeights weights{leaves[4 * i], leaves[4 * i + 1], leaves[4 * i + 2], leaves[4 * i + 3]};
          if (masked) weights.hidden_mask = rows(given_mask, begin, end);
          const RecurrentResult result = recurrent_sequence(cell, x, weights, last, rows(all.lengths, begin, end), i == 1);
          last = result.state;
          sides.push_back(result.output);
        }
        return total(linear(concat(sides, -1), leaves[8], Variable()), all.padded(all.targets, begin, end));
      };
      CAPTURE(masked);
      check_shards(leaves, loss);
    }
}

TEST_CASE("sharded gradients: parameters that are transposed, reshaped and added before they are used") {
  Numbers random(13);
  for (DType dtype : {DType::f32, DType::f64}) {
    const Sequences all(random, 9, 8, dtype);
    const std::vector<Variable> leaves{leaf(random.tensor({6, 8}, dtype)), leaf(random.tensor({6}, dtype)),
                                       leaf(random.tensor({2, 3}, dtype)), leaf(random.tensor({8, 6}, dtype))};
    check_shards(leaves, [&](std::int64_t begin, std::int64_t end) {
      const Variable x = all.padded(all.x, begin, end);
      const Variable bias = leaves[1] + reshape(leaves[2], {6});
      const Variable y = matmul(x, transpose(leaves[0])) + linear(x, leaves[0] + transpose(leaves[3]), bias);
      return total(y + bias, all.padded(all.targets, begin, end));
    });
  }
}

TEST_CASE("sharded gradients: layer normalisation") {
  Numbers random(12);
  const Sequences all(random, 70, 8);
  const std::vector<Variable> leaves{leaf(random.tensor({8}, DType::f32)), leaf(random.tensor({8}, DType::f32)),
                                     leaf(random.tensor({6, 8}, DType::f32))};
  check_shards(leaves, [&](std::int64_t begin, std::int64_t end) {
    const Variable x = layer_norm(all.padded(all.x, begin, end), leaves[0], leaves[1]);
    const Variable rows = layer_norm(reshape(x, {-1, 8}), leaves[0], Variable());  // the examples' rows one after the other
    return total(linear(reshape(rows, x.shape()), leaves[2], Variable()), all.padded(all.targets, begin, end));
  });
}

TEST_CASE("sharded gradients: pooling over time and over features") {
  Numbers random(15);
  const Tensor x = random.tensor({13, 11, 8}, DType::f32), targets = random.indices({13}, 6);
  const std::vector<Variable> leaves{leaf(random.tensor({6, 8}, DType::f32))};
  check_shards(leaves, [&](std::int64_t begin, std::int64_t end) {
    const Variable y = linear(Variable(rows(x, begin, end)), leaves[0], Variable());  // [examples, 11, 6]
    const Variable pooled = max(y, {1}) + min(y, {1}) + mean(y, {1}) + logsumexp(y, {1}) + var(y, {1}) + sum(y, {1});
    const Variable features = max(y, {2}, true) * mean(y, {2}, true) - logsumexp(y, {-1}, true);  // [examples, 11, 1]
    return total(pooled + squeeze(sum(features, {1}, true), 1), rows(targets, begin, end));
  });
}

TEST_CASE("sharded gradients: results do not depend on the number of threads") {
  same_bits_on_threads([] {
    Numbers random(6);
    const Tensor x = random.tensor({64, 30, 70}, DType::f32), targets = random.indices({64, 30}, 90);
    const Variable weight = leaf(random.tensor({90, 70}, DType::f32)), bias = leaf(random.tensor({90}, DType::f32));
    ShardedGradients scope(even_shards(64, 8));
    total(linear(Variable(x), weight, bias), targets).backward();
    return concat({weight.grad().tensor(), reshape(bias.grad().tensor(), {90, 1})}, 1);
  });
}

TEST_CASE("sharded gradients: with one shard any op is allowed, and it is today's gradient but for the order") {
  Numbers random(7);
  const Variable weight = leaf(random.tensor({6, 4}, DType::f64));
  const Tensor x = random.tensor({5, 4}, DType::f64), targets = random.indices({5}, 6);
  const auto loss = [&] { return total(linear(Variable(x), weight, Variable()), targets) + sum(square(weight)); };
  loss().backward();
  const Tensor plain = clone(weight.grad().tensor());
  Variable(weight).zero_grad();
  ShardedGradients scope({0, 5});
  loss().backward();
  CHECK(scope.unsharded() == "");
  CHECK(all_close(weight.grad().tensor(), plain, 1e-12));
}

TEST_CASE("sharded gradients: tied lookups are added to the sum over rows, or kept") {
  Numbers random(8);
  const Variable weight = leaf(random.tensor({6, 4}, DType::f32));
  const Tensor ids = random.indices({5, 3}, 6), targets = random.indices({5, 3}, 6);
  const auto loss = [&] { return total(linear(embedding(weight, ids), weight, Variable()), targets); };
  Tensor added;
  {
    ShardedGradients scope({2, 5});
    loss().backward();
    CHECK_FALSE(scope.take_lookups(weight).defined());
    added = clone(weight.grad().tensor());
  }
  Variable(weight).zero_grad();
  ShardedGradients scope({2, 5}, ShardedGradients::Lookups::kept);
  loss().backward();
  Tensor sum = clone(weight.grad().tensor());
  const RowSparse lookups = scope.take_lookups(weight);
  REQUIRE(lookups.defined());
  CHECK_FALSE(scope.take_lookups(weight).defined());
  CHECK_FALSE(equal_bits(sum, added));
  add_to(sum, lookups);
  CHECK(equal_bits(sum, added));
}

TEST_CASE("sharded gradients: mark_examples stands for targets") {
  Numbers random(10);
  const Tensor x = random.tensor({13, 9}, DType::f32), y = random.tensor({13, 4}, DType::f32);
  const std::vector<Variable> leaves{leaf(random.tensor({4, 9}, DType::f32)), leaf(random.tensor({4}, DType::f32))};
  check_shards(leaves, [&](std::int64_t begin, std::int64_t end) {
    const Variable prediction = mark_examples(linear(Variable(rows(x, begin, end)), leaves[0], leaves[1]));
    return sum(square(prediction - rows(y, begin, end)));
  });
  // A second term needs no mark if it depends on the same examples.
  check_shards(leaves, [&](std::int64_t begin, std::int64_t end) {
    const Variable prediction = linear(Variable(rows(x, begin, end)), leaves[0], leaves[1]);
    return sum(square(mark_examples(prediction) - rows(y, begin, end))) + sum(sum(abs(prediction), {1})) * 0.5;
  });
}

namespace {

// An op whose rule states that it keeps the examples in place, although it reverses their order.
Variable reversed(const Variable& x) {
  return record("reversed", {}, {x}, flip(x.tensor(), {0}), {},
                per_example(examples::FirstAxis(), [](const Backward& b) -> Variables { return {flip(b.grad(), {0})}; }));
}

}  // namespace

TEST_CASE("sharded gradients: sums can be taken as soon as they are complete, and have the bits that the leaf would get") {
  Numbers random(21);
  const Tensor x = random.tensor({13, 7}, DType::f32), ids = random.indices({13}, 9), targets = random.indices({13}, 9);
  const Variable tied = leaf(random.tensor({9, 7}, DType::f32)), first = leaf(random.tensor({7, 7}, DType::f32)),
                 bias = leaf(random.tensor({7}, DType::f32)), last = leaf(random.tensor({7, 7}, DType::f32)),
                 watched = leaf(random.tensor({7}, DType::f32));
  const std::vector<Variable> leaves{tied, first, bias, last, watched};
  const auto loss = [&] {
    const Variable h = tanh(linear(embedding(tied, ids) + x, first, bias));
    return total(linear(linear(h, last, watched), tied, Variable()), targets);
  };
  const std::vector<std::int64_t> ends = even_shards(13, 4);
  std::vector<LeafSums> expected;
  {
    ShardedGradients scope(ends, ShardedGradients::Lookups::kept);
    loss().backward();
    expected = take_gradients(scope, leaves);
  }
  std::vector<Tensor> taken(leaves.size());
  std::string order;
  int between = 0;
  ShardedGradients scope(ends, ShardedGradients::Lookups::kept);
  const auto take = [&](const Variable& leaf, const Tensor& sum) {
    std::size_t i = 0;
    while (leaves.at(i).state() != leaf.state()) ++i;
    order += static_cast<char>('0' + i);
    if (i == 4) return false;
    taken[i] = clone(sum);
    return true;
  };
  scope.take_early(take, [&] { order += order.ends_with('.') ? "" : ".", ++between; });
  loss().backward();
  REQUIRE(scope.unsharded() == "");
  const std::vector<LeafSums> left = take_gradients(scope, leaves);
  CHECK(order == ".34.12.0.");  // a leaf when the last op that uses it is done
  CHECK(between > 5);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    CAPTURE(i);
    CHECK(same_dense(i == 4 ? left[i].dense : taken[i], expected[i].dense));
    CHECK(left[i].dense.defined() == (i == 4));
    CHECK(same_rows(left[i].rows, expected[i].rows));
  }
}

TEST_CASE("sharded gradients: a leaf whose first sum was taken gets those of later passes") {
  Numbers random(23);
  const Tensor x = random.tensor({4, 3}, DType::f32), targets = random.indices({4}, 3);
  const Variable weight = leaf(random.tensor({3, 3}, DType::f32));
  int offered = 0;
  Tensor taken;
  ShardedGradients scope(even_shards(4, 2));
  scope.take_early([&](const Variable&, const Tensor& sum) { return taken = clone(sum), ++offered > 0; }, [] {});
  for (int pass = 0; pass < 2; ++pass) total(linear(x, weight, Variable()), targets).backward();
  CHECK(offered == 1);
  CHECK(equal_bits(weight.grad().tensor(), taken));
}

TEST_CASE("sharded gradients: a sum that is not the whole gradient of its leaf is not offered") {
  Numbers random(22);
  const Tensor x = random.tensor({6, 3}, DType::f32);
  const Variable weight = leaf(random.tensor({3, 3}, DType::f32)), before = leaf(random.tensor({3, 3}, DType::f32)),
                 watched = leaf(random.tensor({3, 3}, DType::f32)), plain = leaf(random.tensor({3, 3}, DType::f32));
  watched.register_hook([](const Variable& gradient) { return gradient * 2.0; });
  sum(before).backward();
  std::vector<const VariableState*> offered;
  ShardedGradients scope({6});
  scope.take_early([&](const Variable& leaf, const Tensor&) { return offered.push_back(leaf.state().get()), false; }, [] {});
  Variable y = linear(x, weight, Variable());
  for (const Variable& each : {before, watched, plain}) y = linear(y, each, Variable());
  (sum(y) + sum(square(weight))).backward();  // one shard: any op may add to a leaf
  CHECK(offered == std::vector<const VariableState*>{plain.state().get()});
}

TEST_CASE("sharded gradients: the comparison of these tests finds planted errors") {
  Numbers random(14);
  const Tensor x = random.tensor({12, 5}, DType::f32), targets = random.indices({12}, 4);
  const std::vector<Variable> leaves{leaf(random.tensor({4, 5}, DType::f32)), leaf(random.tensor({4}, DType::f32))};
  const auto differ = [&](const auto& change) {
    return shards_differ(leaves, {3, 6, 9, 12}, [&](std::int64_t begin, std::int64_t end) {
      const Variable y = linear(Variable(rows(x, begin, end)), leaves[0], leaves[1]);
      return total(change(y, begin, end), rows(targets, begin, end));
    });
  };
  CHECK(differ([](const Variable& y, std::int64_t, std::int64_t) { return y; }) == "");
  CHECK(differ([](const Variable& y, std::int64_t, std::int64_t) { return reversed(y); }) == "leaf 0 leaf 1 ");
  // A constant that depends on how many examples there are.
  CHECK(differ([](const Variable& y, std::int64_t begin, std::int64_t end) { return y * static_cast<double>(end - begin); }) ==
        "leaf 0 leaf 1 ");
  // Only the first shard is wrong, in one example and by 0.1 %.
  CHECK(differ([&](const Variable& y, std::int64_t begin, std::int64_t end) {
          Tensor scale = ones({end - begin, 1});
          if (begin == 0 && end == 3) scale.set({1, 0}, 1.001);
          return y * scale;
        }) == "leaf 0 leaf 1 ");
}
