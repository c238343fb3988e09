#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/fused/scaled_dot_product_attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/detail/attention.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/autograd/fused/attention_gradients.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kBatch = 2, kHeads = 4;

Tensor random_mask(const Shape& shape, std::uint64_t seed) {
  Generator generator{seed};
  return bernoulli(shape, 0.7, DType::boolean, generator);
}

// What each mask allows and adds, one number at a time.
struct Case {
  const char* name;
  AttentionMask mask;

  double added(const Tensor& scores_like, std::int64_t b, std::int64_t h, std::int64_t q, std::int64_t k) const {
    if (mask.lengths.defined() && k >= mask.lengths.data<std::int64_t>()[b]) return -kInfinity;
    if (mask.causal && k > q + mask.offset) return -kInfinity;
    if (!mask.mask.defined()) return 0;
    const double number = expand(cast(mask.mask, DType::f64), scores_like.shape()).at({b, h, q, k});
    return mask.mask.dtype() == DType::boolean ? (number != 0 ? 0 : -kInfinity) : number;
  }
};

std::vector<Case> cases(std::int64_t queries, std::int64_t keys, DType dtype) {
  const Tensor lengths = tensor(std::vector<std::int64_t>{keys, keys / 3});
  return {{"nothing", {}},
          {"lengths", {.lengths = lengths}},
          {"bool for all", {.mask = random_mask({queries, keys}, 11)}},
          {"bool by head", {.mask = random_mask({kHeads, queries, keys}, 12)}},
          {"bool by query", {.mask = random_mask({kBatch, 1, queries, 1}, 13)}},
          {"bool by key, with lengths", {.lengths = lengths, .mask = random_mask({kBatch, 1, 1, keys}, 14)}},
          {"numbers", {.mask = random({kHeads, queries, keys}, 15, dtype)}},
          {"numbers, causal", {.mask = random({kBatch, 1, 1, keys}, 16, dtype), .causal = true}},
          {"causal", {.causal = true}},
          {"causal with lengths", {.lengths = lengths, .causal = true}},
          {"causal after keys in a cache", {.causal = true, .offset = keys / 2}},
          {"causal, without keys for the first", {.causal = true, .offset = -2}},
          {"causal and bool", {.mask = random_mask({queries, keys}, 17), .causal = true}}};
}

struct Inputs {
  Variable query, key, value;

  Inputs(std::int64_t queries, std::int64_t keys, std::int64_t key_heads, DType dtype)
      : query(leaf(random({kBatch, kHeads, queries, 5}, 1, dtype))),
        key(leaf(random({kBatch, key_heads, keys, 5}, 2, dtype))),
        value(leaf(random({kBatch, key_heads, keys, 3}, 3, dtype))) {}
};

// Each key head as often as it serves a head.
Variable repeated(const Variable& x) {
  const std::int64_t each = kHeads / x.size(1);
  return reshape(expand(unsqueeze(x, 2), {x.size(0), x.size(1), each, x.size(2), x.size(3)}),
                 {x.size(0), kHeads, x.size(2), x.size(3)});
}

// The formula, with a mask of numbers that was made one number at a time.
Variable by_formula(const Inputs& in, const Case& c, double scale) {
  const Variable scores = matmul(in.query * scale, transpose(repeated(in.key)));
  Tensor added = zeros(scores.shape(), DType::f64);
  for (std::int64_t b = 0; b < kBatch; ++b)
    for (std::int64_t h = 0; h < kHeads; ++h)
      for (std::int64_t q = 0; q < scores.size(2); ++q)
        for (std::int64_t k = 0; k < scores.size(3); ++k) added.set({b, h, q, k}, c.added(scores.tensor(), b, h, q, k));
  return matmul(softmax(scores + cast(added, scores.dtype())), repeated(in.value));
}

}  // namespace

TEST_CASE("scaled dot-product attention: every mask gives the values and gradients of the formula") {
  for (std::int64_t key_heads : {4, 2, 1})
    for (const Case& c : cases(6, 9, DType::f64)) {
      CAPTURE(key_heads);
      CAPTURE(c.name);
      const Inputs in(6, 9, key_heads, DType::f64);
      const Variable found = scaled_dot_product_attention(in.query, in.key, in.value, c.mask);
      const Variable expected = by_formula(in, c, 1 / std::sqrt(5.0));
      CHECK(all_close(found.tensor(), expected.tensor(), 1e-12, 1e-13));
      CHECK(equal_bits(scaled_dot_product_attention(in.query.tensor(), in.key.tensor(), in.value.tensor(), c.mask),
                       found.tensor()));
      const std::vector<Tensor> own = gradients(in, found), wanted = gradients(in, expected);
      for (std::size_t i = 0; i < 3; ++i) CHECK(all_close(own[i], wanted[i], 1e-11, 1e-12));
    }
}

TEST_CASE("attention in tiles has the bits of the composition for every mask") {
  on_each_isa([] {
    for (const auto& sizes : {std::pair{3, 40}, {130, 97}, {500, 460}})
      for (std::int64_t key_heads : {4, 2})
        for (const Case& c : cases(sizes.first, sizes.second, DType::f32)) {
          const std::int64_t queries = sizes.first, keys = sizes.second;
          CAPTURE(c.name);
          CAPTURE(queries);
          const Inputs in(queries, keys, key_heads, DType::f32);
          const Variable plain = matmul(softmax(matmul(in.query, transpose(repeated(in.key))) +
                                                    (added_to_scores(c.mask).defined() ? c.mask.mask : Tensor(zeros({}))),
                                                counted_scores(c.mask, {kBatch, kHeads, queries, keys})),
                                        repeated(in.value));
          const Tensor tiles = attention_in_tiles(in.query.tensor(), in.key.tensor(), in.value.tensor(), c.mask, Where::here());
          CHECK(equal_bits(tiles, plain.tensor()));
          const Tensor seed = random(plain.shape(), 4, DType::f32);
          const std::vector<Tensor> expected = gradients(in, plain);
          const auto found = attention_gradients(seed, in.query.tensor(), in.key.tensor(), in.value.tensor(), c.mask);
          CHECK(all_close(found.query, expected[0], 1e-5, 1e-5));
          CHECK(all_close(found.key, expected[1], 1e-5, 1e-5));
          CHECK(all_close(found.value, expected[2], 1e-5, 1e-5));
        }
  });
}

TEST_CASE("scaled dot-product attention: many weights have the same bits with any number of threads") {
  for (const Case& c : cases(500, 460, DType::f32)) {
    CAPTURE(c.name);
    const Inputs in(500, 460, 2, DType::f32);
    auto run = [&] {
      const Variable result = scaled_dot_product_attention(in.query, in.key, in.value, c.mask);
      std::vector<Tensor> all = gradients(in, result);
      all.push_back(result.tensor());
      return all;
    };
    const std::vector<Tensor> one = run();
    set_threads(3);
    const std::vector<Tensor> three = run();
    set_threads(1);
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(equal_bits(one[i], three[i]));
  }
}

TEST_CASE("scaled dot-product attention: gradient checks of both orders, with a bias that learns") {
  const Inputs in(3, 4, 2, DType::f64);
  const Variable bias = leaf(random({kHeads, 3, 4}, 5, DType::f64));
  for (const Case& c : cases(3, 4, DType::f64)) {
    CAPTURE(c.name);
    auto attend = [&] { return scaled_dot_product_attention(in.query, in.key, in.value, c.mask, {.scale = 0.7, .bias = bias}); };
    CHECK(gradcheck(attend, {in.query, in.key, in.value, bias}));
    CHECK(gradgradcheck(attend, {in.query, in.key, in.value, bias}));
  }
}

TEST_CASE("scaled dot-product attention: the second order of many weights is that of the composition") {
  const Inputs in(300, 400, 2, DType::f32);
  const AttentionMask mask{.causal = true, .offset = 100};
  auto second = [&](const Variable& result) {
    const Variable seed(random(result.shape(), 4, DType::f32));
    const Variable first = grad({result}, {in.query}, {.create_graph = true}, {seed})[0];
    return grad({sum(first * first)}, {in.key})[0].tensor();
  };
  const Variable tiles = scaled_dot_product_attention(in.query, in.key, in.value, mask, {.scale = 1});
  const Variable plain = by_formula(in, {"", mask}, 1);
  CHECK(all_close(second(tiles), second(plain), 1e-4, 1e-5));
}

TEST_CASE("scaled dot-product attention: a constant bias is a mask of numbers, and many weights are not stored") {
  const Variable x = leaf(random({1, 3000, 8}, 1, DType::f32));
  const Tensor bias = random({1, 3000}, 2, DType::f32);
  const std::int64_t before = memory::stats().live_bytes;
  memory::reset_peak();
  const Variable y = scaled_dot_product_attention(x, x, x, {.causal = true}, {.bias = bias});
  sum(y).backward();
  CHECK(memory::stats().peak_bytes - before < 3000 * 3000 * 4 / 4);
  CHECK(equal_bits(y.tensor(), scaled_dot_product_attention(x, x, x, {.mask = bias, .causal = true}).tensor()));
}

TEST_CASE("scaled dot-product attention: a mask that is written before the backward pass is an error") {
  const Variable x = leaf(random({1, 300, 4}, 1, DType::f32));
  Tensor mask = ones({300, 300}, DType::boolean);
  const Variable y = sum(scaled_dot_product_attention(x, x, x, {.mask = mask}));
  fill(mask, 0);
  CHECK_THROWS_AS(y.backward(), GradError);
}

TEST_CASE("causal and local masks") {
  CHECK(equal_bits(causal_mask(2, 3), tensor(std::vector<std::uint8_t>{1, 0, 0, 1, 1, 0}, {2, 3}) != 0));
  CHECK(equal_bits(causal_mask(2, 3, 1), tensor(std::vector<std::uint8_t>{1, 1, 0, 1, 1, 1}, {2, 3}) != 0));
  CHECK(equal_bits(local_mask(3, 4, 1, 0), tensor(std::vector<std::uint8_t>{1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0}, {3, 4}) != 0));
  CHECK(causal_mask(0, 3).shape() == Shape{0, 3});
  CHECK_THROWS_WITH_AS(causal_mask(-1, 3), doctest::Contains("causal_mask: there cannot be -1 queries and 3 keys"), ValueError);
  CHECK_THROWS_WITH_AS(local_mask(2, 3, 0, -1), doctest::Contains("local_mask: the distances 0 before and -1 after"), ValueError);
}

TEST_CASE("scaled dot-product attention: errors name the rule and the values") {
  const Tensor x = zeros({2, 4, 3, 5});
  auto attend = [&](const AttentionMask& mask) { return scaled_dot_product_attention(x, x, x, mask); };
  CHECK_THROWS_WITH_AS(
      attend({.mask = zeros({3, 4}, DType::boolean)}),
      doctest::Contains("scaled_dot_product_attention: the mask [3, 4] does not broadcast to the scores [2, 4, 3, 3]"),
      ShapeError);
  CHECK_THROWS_WITH_AS(attend({.mask = zeros({5, 2, 4, 3, 3}, DType::boolean)}),
                       doctest::Contains("the mask [5, 2, 4, 3, 3] does not broadcast to the scores [2, 4, 3, 3]"), ShapeError);
  CHECK_THROWS_WITH_AS(attend({.mask = zeros({3, 3}, DType::f64)}), doctest::Contains("the mask must be bool, or f32"),
                       DtypeError);
  CHECK_THROWS_WITH_AS(attend({.offset = 2}), doctest::Contains("an offset of 2 has no meaning unless the mask is causal"),
                       ValueError);
  CHECK_THROWS_WITH_AS(attend({.lengths = tensor(std::vector<std::int64_t>{4, 1})}), doctest::Contains("length"), IndexError);
  const Tensor three = zeros({2, 3, 3, 5});
  CHECK_THROWS_WITH_AS(scaled_dot_product_attention(x, three, three),
                       doctest::Contains("scaled_dot_product_attention: takes query"), ShapeError);
  CHECK_THROWS_AS(scaled_dot_product_attention(x, x, x, {}, {.bias = zeros({3, 3}, DType::boolean)}), DtypeError);
  CHECK_THROWS_AS(scaled_dot_product_attention(cast(x, DType::i64), x, x), DtypeError);
  CHECK_THROWS_AS(scaled_dot_product_attention(Tensor(), x, x), ValueError);
}
