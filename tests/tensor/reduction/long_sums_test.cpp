// The error of a sum of many f32 numbers does not grow with their number.
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/sort.h>
#include <weft/tensor/product/detail/row_product.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/reduction/reduce.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <functional>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

// Returns the largest error of f(x) in f32, relative to the largest number of f(x) in f64.
double error(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  const Tensor found = f(x), exact = f(cast(x, DType::f64));
  return (max(abs(cast(found, DType::f64) - exact)) / max(abs(exact))).item();
}

// 0, 1, 0, 1, ...
Tensor alternating(std::int64_t count) {
  Tensor ids = zeros({count}, DType::i64), odd = slice(ids, 0, 1, count, 2);
  fill(odd, 1);
  return ids;
}

Tensor draw(const Shape& shape) {
  Generator generator{5, 0, 0};
  return uniform(shape, 0, 1, DType::f32, generator);
}

}  // namespace

TEST_CASE("long sums: the error of a million numbers stays below 1e-6") {
  constexpr std::int64_t kMany = 1000000;
  const Tensor line = draw({kMany}), two = draw({kMany, 2}), few = alternating(kMany);
  on_each_isa([&] {
    CHECK(error([](const Tensor& x) { return matmul(x, x); }, line) < 1e-6);
    CHECK(error([](const Tensor& x) { return matmul(transpose(x), x); }, two) < 1e-6);
    CHECK(error([](const Tensor& x) { return row_product(x, x); }, two) < 1e-6);
    CHECK(error(
              [](const Tensor& x) {
                return row_product(reshape(x, {1000, 1000, 2}), reshape(x, {1000, 1000, 2}));
              },
              two) < 1e-6);
    CHECK(error([](const Tensor& x) { return sum_rows(x); }, two) < 1e-6);
    CHECK(error([](const Tensor& x) { return cumsum(x); }, line) < 1e-6);
    CHECK(error([](const Tensor& x) { return cumsum(x, 0); }, two) < 1e-6);
    CHECK(error([&](const Tensor& x) { return segment_sum(x, few, 2); }, two) < 1e-6);
    CHECK(error([&](const Tensor& x) { return embedding_gradient(x, few, 2); }, two) < 1e-6);
    CHECK(error([&](const Tensor& x) { return scatter_add(zeros({2}, x.dtype()), 0, few, x); }, line) < 1e-6);
  });
}

TEST_CASE("long sums: more ones than 2^24 are counted") {
  constexpr std::int64_t kMany = (1 << 24) + 4000;
  const Tensor one = ones({kMany}), row = reshape(one, {kMany, 1}), at = zeros({kMany}, DType::u8);
  const auto all = static_cast<double>(kMany);
  CHECK(matmul(one, one).item() == all);
  CHECK(row_product(row, row).item() == all);
  CHECK(cumsum(one).at({-1}) == all);
  CHECK(segment_sum(one, at, 1).item() == all);
  CHECK(embedding_gradient(row, at, 1).item() == all);
  CHECK(scatter_add(zeros({1}), 0, at, one).item() == all);
}

TEST_CASE("long sums: up to 512 numbers are added one by one") {
  Numbers random(3);
  const Tensor x = random.tensor({512}, DType::f32), at = zeros({512}, DType::i64);
  float chain = 0;
  for (float number : x.span<float>()) chain += number;
  const Tensor expected = tensor({chain});
  CHECK(equal_bits(slice(cumsum(x), 0, 511), expected));
  CHECK(equal_bits(segment_sum(x, at, 1), expected));
  CHECK(equal_bits(scatter_add(zeros({1}), 0, at, x), expected));
  CHECK(equal_bits(reshape(embedding_gradient(reshape(x, {512, 1}), at, 1), {1}), expected));
}

TEST_CASE("long sums: zeros in between change no bit") {
  Numbers random(4);
  constexpr std::int64_t kRows = 1700, kPadded = 4000;
  const Tensor x = random.tensor({kRows, 3}, DType::f32), ids = random.indices({kRows}, 2);
  // Row i is moved to position 2 i, with zeros around it.
  Tensor sparse = zeros({kPadded, 3}), sparse_ids = zeros({kPadded}, DType::i64);
  Tensor places = slice(sparse, 0, 100, 100 + 2 * kRows, 2), id_places = slice(sparse_ids, 0, 100, 100 + 2 * kRows, 2);
  copy_to(places, x);
  copy_to(id_places, ids);
  for (int threads : {1, 2}) {
    set_threads(threads);
    CHECK(equal_bits(row_product(sparse, sparse), row_product(x, x)));
    CHECK(equal_bits(segment_sum(sparse, sparse_ids, 2), segment_sum(x, ids, 2)));
    CHECK(equal_bits(embedding_gradient(sparse, sparse_ids, 2), embedding_gradient(x, ids, 2)));
    CHECK(equal_bits(slice(cumsum(sparse, 0), 0, kPadded - 1), slice(cumsum(x, 0), 0, kRows - 1)));
    CHECK(equal_bits(slice(cumsum(transpose(sparse)), 1, kPadded - 1), slice(cumsum(transpose(x)), 1, kRows - 1)));
    const auto scatter = [](const Tensor& from, const Tensor& to) {
      return scatter_add(zeros({2, 3}), 0, expand(unsqueeze(to, 1), from.shape()), from);
    };
    CHECK(equal_bits(scatter(sparse, sparse_ids), scatter(x, ids)));
  }
  set_threads(1);
}

TEST_CASE("row_product: chains have whole examples, and long examples are split") {
  // Integers up to 2^24 are exact. Sums of 2^24 and ones are rounded, so that they reveal the order of the additions.
  const auto ones_after = [](std::int64_t examples, std::int64_t time) {
    Tensor left = ones({examples, time, 1});
    left.set({0, 0, 0}, 0x1p24);
    return row_product(left, ones({examples, time, 1})).item();
  };
  // In one chain, adding 1 to 2^24 has no effect.
  CHECK(ones_after(2, 256) == 0x1p24);
  // Two examples of 300 rows are two chains, of which the second one sums 300 ones.
  CHECK(ones_after(2, 300) == 0x1p24 + 300);
  // In an example of 600 rows, the last 88 form a chain.
  CHECK(ones_after(1, 600) == 0x1p24 + 88);
  // Of three examples of 200 rows, the first two form a chain, and the last one another.
  CHECK(ones_after(3, 200) == 0x1p24 + 200);
}
