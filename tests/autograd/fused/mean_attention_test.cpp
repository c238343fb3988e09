#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/fused/mean_attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/memory/allocator.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

constexpr std::int64_t kLong = 1300;  // positions of a text with many scores
static_assert(kLong * kLong > kFewMeanWeights);

Tensor random(const Shape& shape, std::uint64_t seed, DType dtype = DType::f32) {
  Generator generator{seed};
  return uniform(shape, -1, 1, dtype, generator);
}
Tensor lengths_of(const std::vector<std::int64_t>& lengths) { return lengths.empty() ? Tensor() : tensor(lengths); }

struct Lengths {
  Tensor keys, queries;
};

// The plain composition of ops.
MeanAttention definition(const Variable& query, const Variable& key, const Variable& value, const Lengths& lengths) {
  const Variable scores = query.state() == key.state() ? gram(query) : matmul(query, transpose(key));
  const Variable each = softmax(scores, lengths.keys);
  const Variable weights = lengths.queries.defined() ? mean(each, lengths.queries) : mean(each, {1});
  return {squeeze(matmul(unsqueeze(weights, 1), value), 1), weights};
}

Tensor own_gradient(const Tensor& x, const Lengths& lengths, bool of_context, bool of_weights, bool in_place) {
  const Tensor weights = mean_attention_weights(x, x, lengths.keys, lengths.queries), own = clone(x);
  return mean_self_attention_gradient({of_context ? random({x.size(0), x.size(2)}, 7, x.dtype()) : Tensor(),
                                       of_weights ? random(weights.shape(), 8, x.dtype()) : Tensor()},
                                      weights, own, lengths.keys, lengths.queries, in_place ? own : Tensor());
}

Tensor own_gradient_of_definition(const Tensor& x, const Lengths& lengths, bool of_context, bool of_weights) {
  const Variable leaf_x = leaf(x);
  const MeanAttention result = definition(leaf_x, leaf_x, leaf_x, lengths);
  std::vector<Variable> outputs, seeds;
  if (of_context) outputs.push_back(result.context), seeds.push_back(random(result.context.shape(), 7, x.dtype()));
  if (of_weights) outputs.push_back(result.weights), seeds.push_back(random(result.weights.shape(), 8, x.dtype()));
  return grad(outputs, {leaf_x}, {}, seeds)[0].tensor();
}

// The context and the gradient of x [batch, time, dim] that attends to itself, and the weights.
struct Attended {
  Tensor context, weights, gradient;

  Attended(const Tensor& x, const Tensor& lengths) {
    const Variable own = leaf(x);
    const MeanAttention result = mean_attention(own, own, own, lengths, lengths);
    context = result.context.tensor(), weights = result.weights.tensor();
    gradient = grad({result.context}, {own}, {}, {random(Shape{x.size(2)}, 5, x.dtype()) + zeros(context.shape(), x.dtype())})[0]
                   .tensor();
  }
};

void check_equal(const Attended& a, const Attended& b) {
  CHECK(equal_bits(a.context, b.context));
  CHECK(equal_bits(a.weights, b.weights));
  CHECK(equal_bits(a.gradient, b.gradient));
}

}  // namespace

TEST_CASE("mean attention in tiles: weights and gradients have the bits of the composition") {
  for (DType dtype : {DType::f32, DType::f64})
    on_each_isa([&] {
      for (auto [queries, keys] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {3, 40}, {128, 17}, {129, 200}, {600, 130}})
        for (const Lengths& lengths : {Lengths{}, Lengths{lengths_of({keys, keys / 3, 0}), {}},
                                       Lengths{lengths_of({keys / 2, keys, keys}), lengths_of({queries, queries / 3, 0})}}) {
          const std::int64_t rows = queries, columns = keys;
          CAPTURE(dtype);
          CAPTURE(rows);
          CAPTURE(columns);
          const Variable query = leaf(random({3, queries, 5}, 1, dtype)), key = leaf(random({3, keys, 5}, 2, dtype));
          const Variable expected = definition(query, key, key, lengths).weights;
          CHECK(
              equal_bits(mean_attention_weights(query.tensor(), key.tensor(), lengths.keys, lengths.queries), expected.tensor()));
          const Tensor seed = random(expected.shape(), 3, dtype);
          auto [dq, dk] = mean_attention_gradients(seed, query.tensor(), key.tensor(), lengths.keys, lengths.queries);
          const std::vector<Variable> gradients = grad({expected}, {query, key}, {}, {seed});
          CHECK(equal_bits(dq, gradients[0].tensor()));
          CHECK(equal_bits(dk, gradients[1].tensor()));
        }
    });
}

TEST_CASE("mean self-attention in tiles: gradients have the bits of the composition") {
  for (DType dtype : {DType::f32, DType::f64})
    on_each_isa([&] {
      for (std::int64_t time : {1, 7, 128, 600})
        for (const Lengths& lengths :
             {Lengths{}, Lengths{lengths_of({time, time / 3, 0}), lengths_of({time, time / 3, 0})},
              Lengths{lengths_of({time / 2, 1, time}), {}}, Lengths{lengths_of({time, 1, time}), lengths_of({1, time / 2, 0})}}) {
          CAPTURE(dtype);
          CAPTURE(time);
          const Tensor x = random({3, time, 5}, 1, dtype);
          for (auto [context, weights] : {std::pair{true, false}, {false, true}, {true, true}})
            for (bool in_place : {false, true})
              CHECK(equal_bits(own_gradient(x, lengths, context, weights, in_place),
                               own_gradient_of_definition(x, lengths, context, weights)));
        }
    });
}

TEST_CASE("mean attention of many scores: results and gradients of all arguments have the bits of the composition") {
  const Variable x = leaf(random({2, kLong, 4}, 1)), y = leaf(random({2, kLong + 20, 4}, 2)), z = leaf(random({2, kLong, 3}, 3));
  const Variable longer = leaf(random({2, kLong + 20, 3}, 4));
  const Lengths lengths{lengths_of({kLong - 7, kLong}), lengths_of({kLong, 5})};
  struct Case {
    Variable query, key, value;
    std::vector<Variable> leaves;
  };
  for (const Case& c : {Case{x, x, x, {x}}, Case{x, x, z, {x, z}}, Case{x, y, y, {x, y}}, Case{x, y, longer, {x, y, longer}}}) {
    const MeanAttention found = mean_attention(c.query, c.key, c.value, lengths.keys, lengths.queries);
    const MeanAttention expected = definition(c.query, c.key, c.value, lengths);
    CHECK(equal_bits(found.context.tensor(), expected.context.tensor()));
    CHECK(equal_bits(found.weights.tensor(), expected.weights.tensor()));
    auto gradients = [&](const MeanAttention& of) {
      return grad({of.context, of.weights}, c.leaves, {}, {random(of.context.shape(), 5), random(of.weights.shape(), 6)});
    };
    const std::vector<Variable> all = gradients(found), all_expected = gradients(expected);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all_close(all[i].tensor(), all_expected[i].tensor(), 1e-5, 1e-7));
    if (c.leaves.size() == 1) CHECK(equal_bits(all[0].tensor(), all_expected[0].tensor()));
  }
}

TEST_CASE("mean attention of many scores: it passes gradient checks in f64, and second order agrees with the composition") {
  const Tensor x = random({1, kLong, 2}, 1, DType::f64), y = random({1, kLong, 2}, 2, DType::f64);
  const Tensor lengths = lengths_of({kLong - 1});
  const auto self = [&](const std::vector<Variable>& in) {
    return mean_attention(in[0], in[0], in[0], lengths, lengths).context;
  };
  const auto other = [&](const std::vector<Variable>& in) { return mean_attention(in[0], in[1], in[1], lengths).context; };
  CHECK(gradcheck(self, {x}, {.directions = 1}));
  CHECK(gradcheck(other, {x, y}, {.directions = 1}));
  const auto second = [&](auto attend) {
    const Variable own = leaf(x);
    const Variable first = grad({sum(attend(own))}, {own}, {.create_graph = true})[0];
    return grad({sum(first * first)}, {own})[0].tensor();
  };
  const Tensor expected = second([&](const Variable& v) { return definition(v, v, v, {lengths, lengths}).context; });
  CHECK(equal_bits(second([&](const Variable& v) { return self({v}); }), expected));
  const Tensor one_way = second([&](const Variable& v) { return other({v, y}); });
  CHECK(equal_bits(one_way, second([&](const Variable& v) { return definition(v, y, y, {lengths, {}}).context; })));
}

TEST_CASE("mean attention: results do not depend on padding, batch or threads, bit for bit") {
  const std::vector<std::int64_t> counts{kLong, 700, 1, 0, 129};
  const Tensor x = random({5, kLong + 30, 4}, 1);
  const Attended all(x, lengths_of(counts));
  for (std::int64_t i = 0; i < 5; ++i) {
    const std::int64_t count = counts[static_cast<std::size_t>(i)];
    for (std::int64_t time : {std::max<std::int64_t>(count, 1), kLong + 30}) {
      const Attended alone(contiguous(slice(slice(x, 0, i, i + 1), 1, 0, time)), lengths_of({count}));
      CHECK(equal_bits(alone.context, slice(all.context, 0, i, i + 1)));
      CHECK(equal_bits(alone.weights, slice(slice(all.weights, 0, i, i + 1), 1, 0, time)));
      CHECK(equal_bits(alone.gradient, slice(slice(all.gradient, 0, i, i + 1), 1, 0, time)));
    }
  }
  for (int count : {2, 3, 8}) {
    set_threads(count);
    const Attended again(x, lengths_of(counts));
    set_threads(1);
    check_equal(all, again);
  }
}

TEST_CASE("mean self-attention: results have the same bits if only a part of the scores can be kept") {
  std::vector<std::int64_t> counts(16, 1);
  counts[3] = 2990;
  const Tensor x = random({16, 3000, 3}, 1), lengths = lengths_of(counts);
  const Attended held(x, lengths);
  set_threads(16);  // the threads share the memory
  const Attended computed_again(x, lengths);
  set_threads(1);
  check_equal(held, computed_again);
}

TEST_CASE("mean attention in tiles holds no array of all scores") {
  constexpr std::int64_t time = 8000;  // 244 MiB of scores, half of which are kept if each is used for a pair of positions
  const Variable x = leaf(random({1, time, 4}, 1)), y = leaf(random({1, time, 4}, 2));
  const auto peak = [&](const Variable& key) {
    const std::int64_t before = memory::stats().live_bytes;
    memory::reset_peak();
    sum(mean_attention(x, key, key).context).backward();
    return memory::stats().peak_bytes - before;
  };
  CHECK(peak(x) < 144 << 20);
  CHECK(peak(y) < 16 << 20);
}

TEST_CASE("mean attention: gradients of only the context or only the weights reach the arguments") {
  const Variable x = leaf(random({1, kLong, 3}, 1));
  const MeanAttention found = mean_attention(x, x, x), expected = definition(x, x, x, {});
  const Tensor seed = random({1, kLong}, 2);
  CHECK(equal_bits(grad({found.weights}, {x}, {.retain_graph = true}, {seed})[0].tensor(),
                   grad({expected.weights}, {x}, {.retain_graph = true}, {seed})[0].tensor()));
  CHECK(equal_bits(grad({sum(found.context)}, {x})[0].tensor(), grad({sum(expected.context)}, {x})[0].tensor()));
}

TEST_CASE("mean attention: lengths of 0, empty sequences and NaN after the lengths are handled") {
  const Tensor x = random({2, kLong, 3}, 1), lengths = lengths_of({0, kLong});
  const Attended none(x, lengths);
  CHECK(equal_bits(slice(none.context, 0, 0, 1), zeros({1, 3})));
  CHECK(equal_bits(slice(none.gradient, 0, 0, 1), zeros({1, kLong, 3})));
  CHECK(mean_attention_weights(zeros({2, 0, 3}), zeros({2, 4, 3}), {}, lengths_of({0, 0})).shape() == Shape{2, 4});
  CHECK(mean_attention_weights(zeros({2, 4, 3}), zeros({2, 0, 3})).shape() == Shape{2, 0});
  const Tensor shorter = lengths_of({5, 900});
  Tensor broken = clone(x);
  Tensor behind = slice(broken, 1, 900, kLong);
  fill(behind, std::numeric_limits<double>::quiet_NaN());
  Tensor zeroed = clone(x);
  Tensor rest = slice(zeroed, 1, 900, kLong);
  fill(rest, 0);
  check_equal(Attended(broken, shorter), Attended(zeroed, shorter));
}

TEST_CASE("mean attention: errors name mismatched arguments") {
  const Tensor x = zeros({2, 3, 4});
  CHECK_THROWS_WITH_AS(mean_attention(x, zeros({2, 3, 5}), x), doctest::Contains("mean_attention: takes query"), ShapeError);
  CHECK_THROWS_AS(mean_attention(x, x, zeros({2, 4, 4})), ShapeError);
  CHECK_THROWS_AS(mean_attention(x, zeros({3, 3, 4}), zeros({3, 3, 4})), ShapeError);
  CHECK_THROWS_AS(mean_attention(x, cast(x, DType::f64), x), DtypeError);
  CHECK_THROWS_WITH_AS(mean_attention(x, x, x, lengths_of({4, 1})), doctest::Contains("mean_attention"), IndexError);
  CHECK_THROWS_WITH_AS(mean_attention(x, x, x, {}, lengths_of({-1, 1})), doctest::Contains("mean_attention"), IndexError);
  CHECK_THROWS_WITH_AS(mean_attention(leaf(x), Variable(), leaf(x)), doctest::Contains("mean_attention"), ValueError);
}
