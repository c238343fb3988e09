#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/detail/attention.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <limits>

#include "tests/autograd/fused/attention_gradients.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

Variable definition(const Variable& query, const Variable& key, const Variable& value, const Tensor& lengths) {
  return matmul(softmax(matmul(query, transpose(key)), lengths), value);
}

struct Inputs {
  Variable query, key, value;
  Tensor lengths;

  // `queries` x `keys` weights for each of 2 examples and, with heads, each of 3 heads.
  Inputs(std::int64_t queries, std::int64_t keys, bool heads, bool with_lengths, DType dtype = DType::f32) {
    auto shape = [&](std::int64_t rows, std::int64_t columns) {
      return heads ? Shape{2, 3, rows, columns} : Shape{2, rows, columns};
    };
    query = leaf(random(shape(queries, 5), 1, dtype));
    key = leaf(random(shape(keys, 5), 2, dtype));
    value = leaf(random(shape(keys, 7), 3, dtype));
    if (with_lengths) lengths = tensor(std::vector<std::int64_t>{keys, keys / 3});
  }

  Variable attended() const { return dot_product_attention(query, key, value, {.lengths = lengths}); }
  Variable defined() const { return definition(query, key, value, lengths); }
};

}  // namespace

TEST_CASE("dot-product attention in tiles has the bits of its definition") {
  on_each_isa([] {
    for (auto [queries, keys] : {std::pair{1, 1}, {3, 40}, {96, 17}, {97, 200}, {300, 130}})
      for (bool heads : {false, true})
        for (bool with_lengths : {false, true}) {
          const Inputs in(queries, keys, heads, with_lengths);
          const Tensor query = in.query.tensor(),
                       turned = transpose(contiguous(transpose(query)));  // the same numbers in another layout
          for (const Tensor& q : {query, turned})
            CHECK(equal_bits(attention_in_tiles(q, in.key.tensor(), in.value.tensor(), {.lengths = in.lengths}, Where::here()),
                             in.defined().tensor()));
        }
  });
}

TEST_CASE("dot-product attention: many weights are computed again for the gradients") {
  on_each_isa([] {
    for (bool heads : {false, true})
      for (bool with_lengths : {false, true}) {
        const Inputs in(500, 530, heads, with_lengths);
        const Variable result = in.attended();
        CHECK(equal_bits(result.tensor(), in.defined().tensor()));
        const std::vector<Tensor> found = gradients(in, result), expected = gradients(in, in.defined());
        for (std::size_t i = 0; i < 3; ++i) CHECK(all_close(found[i], expected[i], 1e-5, 1e-6));
        if (!with_lengths) continue;
        const int keys_axis = heads ? 2 : 1;  // keys beyond the lengths
        const Tensor behind = slice(slice(found[2], 0, 1, 2), keys_axis, 530 / 3, 530);
        CHECK(equal_bits(behind, zeros(behind.shape())));
      }
  });
}

TEST_CASE("dot-product attention: few weights are kept, and the gradients agree with the definition") {
  const Inputs in(20, 30, true, true);
  const std::vector<Tensor> found = gradients(in, in.attended()), expected = gradients(in, in.defined());
  for (std::size_t i = 0; i < 3; ++i) CHECK(equal_bits(found[i], expected[i]));
}

TEST_CASE("dot-product attention: it passes gradient checks of both orders in f64") {
  const Inputs in(4, 6, false, true, DType::f64);
  auto attend = [&] { return in.attended(); };
  CHECK(gradcheck(attend, {in.query, in.key, in.value}));
  CHECK(gradgradcheck(attend, {in.query, in.key, in.value}));
}

TEST_CASE("dot-product attention in tiles: second order agrees with the definition") {
  const Inputs in(500, 530, false, true);
  auto second = [&](const Variable& result) {
    const Variable seed(random(result.shape(), 4));
    const Variable first = grad({result}, {in.query}, {.create_graph = true}, {seed})[0];
    return grad({sum(first * first)}, {in.key})[0].tensor();
  };
  CHECK(all_close(second(in.attended()), second(in.defined()), 1e-4, 1e-5));
}

TEST_CASE("dot-product attention: results do not depend on the batch or threads, bit for bit") {
  const Inputs in(500, 530, true, true);
  const Tensor result = in.attended().tensor();
  const std::vector<Tensor> one = gradients(in, in.attended());
  set_threads(3);
  CHECK(equal_bits(in.attended().tensor(), result));
  const std::vector<Tensor> three = gradients(in, in.attended());
  set_threads(1);
  for (std::size_t i = 0; i < 3; ++i) CHECK(equal_bits(one[i], three[i]));
  auto second = [](const Variable& x) { return slice(x.tensor(), 0, 1, 2); };
  const Tensor own_length = slice(in.lengths, 0, 1, 2);
  const Variable alone = dot_product_attention(second(in.query), second(in.key), second(in.value), {.lengths = own_length});
  CHECK(equal_bits(alone.tensor(), slice(result, 0, 1, 2)));
}

TEST_CASE("dot-product attention in tiles holds no array of all weights") {
  const Variable x = leaf(random({1, 3000, 8}, 1));
  const std::int64_t before = memory::stats().live_bytes;
  memory::reset_peak();
  sum(dot_product_attention(x, x, x)).backward();
  CHECK(memory::stats().peak_bytes - before < 3000 * 3000 * 4 / 4);
}

TEST_CASE("dot-product attention: lengths of 0, no queries, no keys and NaN after the length are handled") {
  const Inputs in(3, 4, false, false);
  const Tensor no_keys = tensor(std::vector<std::int64_t>{0, 4});
  const Tensor none = dot_product_attention(in.query, in.key, in.value, {.lengths = no_keys}).tensor();
  CHECK(equal_bits(slice(none, 0, 0, 1), zeros({1, 3, 7})));
  CHECK(dot_product_attention(random({2, 0, 5}, 1), in.key.tensor(), in.value.tensor()).shape() == Shape{2, 0, 7});
  CHECK(equal_bits(dot_product_attention(in.query, zeros({2, 0, 5}), zeros({2, 0, 7})).tensor(), zeros({2, 3, 7})));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Tensor key = clone(in.key.tensor()), value = clone(in.value.tensor());
  key.set({0, 3, 0}, nan);
  value.set({0, 3, 0}, nan);
  const Tensor lengths = tensor(std::vector<std::int64_t>{3, 4});
  CHECK(equal_bits(dot_product_attention(in.query, key, value, {.lengths = lengths}).tensor(),
                   dot_product_attention(in.query, in.key, in.value, {.lengths = lengths}).tensor()));
}

TEST_CASE("dot-product attention: errors name mismatched arguments") {
  const Tensor x = zeros({2, 3, 4});
  CHECK_THROWS_WITH_AS(dot_product_attention(x, zeros({2, 3, 5}), x), doctest::Contains("dot_product_attention: takes query"),
                       ShapeError);
  CHECK_THROWS_AS(dot_product_attention(x, x, zeros({2, 4, 4})), ShapeError);
  CHECK_THROWS_AS(dot_product_attention(x, zeros({3, 3, 4}), x), ShapeError);
  CHECK_THROWS_AS(dot_product_attention(x, x, cast(x, DType::f64)), DtypeError);
  CHECK_THROWS_WITH_AS(dot_product_attention(x, x, x, {.lengths = tensor(std::vector<std::int64_t>{4, 1})}),
                       doctest::Contains("dot_product_attention"), IndexError);
  CHECK_THROWS_WITH_AS(dot_product_attention(leaf(x), leaf(x), Variable()), doctest::Contains("dot_product_attention"),
                       ValueError);
}
