// Sums over the rows of a batch: those of all shards together have the bits of the sums of each shard, added in the tree.
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/detail/shard_lookups.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/product/detail/row_product.h>
#include <weft/tensor/reduction/detail/shard_tree.h>
#include <weft/tensor/reduction/reduce.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

Tensor plus(const Tensor& a, const Tensor& b) { return a + b; }

// The parts' rows of one shard, as if they were alone.
std::vector<ShardRows> alone(const std::vector<ShardRows>& parts, std::int32_t shard) {
  std::vector<ShardRows> own;
  for (const ShardRows& part : parts) {
    std::vector<std::int64_t> rows;
    for (std::size_t row = 0; row < part.shards.size(); ++row)
      if (part.shards[row] == shard) rows.push_back(static_cast<std::int64_t>(row));
    const Tensor index = tensor(rows, {std::ssize(rows)});
    own.push_back({index_select(part.left, 0, index), part.right.defined() ? index_select(part.right, 0, index) : Tensor(),
                   std::vector<std::int32_t>(rows.size())});
  }
  return own;
}

// `rows` rows in random order of the shards, some of them zeros.
ShardRows part_of(Numbers& random, std::int64_t rows, std::int64_t m, std::int64_t n, const FilledShards& filled, DType dtype) {
  ShardRows part{random.tensor({rows, m}, dtype), n ? random.tensor({rows, n}, dtype) : Tensor(), {}};
  const Tensor drawn = random.indices({rows}, std::ssize(filled)), absent = random.indices({rows}, 5);
  for (std::int64_t row = 0; row < rows; ++row) {
    auto shard = static_cast<std::size_t>(drawn.at({row}));
    while (!filled[shard]) shard = (shard + 1) % filled.size();
    part.shards.push_back(static_cast<std::int32_t>(shard));
    Tensor of_row = select(row % 2 && n ? part.right : part.left, 0, row);
    if (absent.at({row}) == 0) fill(of_row, 0);
  }
  return part;
}

const std::vector<FilledShards> kFilled{
    {1}, {1, 1}, {1, 0}, {1, 1, 1, 1}, {0, 1, 1, 0}, {1, 1, 1, 0, 0, 0, 1, 1}, {0, 0, 1, 1, 0, 1, 0, 0}};

}  // namespace

TEST_CASE("add_in_shard_tree: neighbours are added first, and missing values are skipped") {
  const auto join = [](const std::string& a, const std::string& b) { return "(" + a + b + ")"; };
  struct Text {
    std::string text;
    bool defined() const { return !text.empty(); }
  };
  const auto of = [&](const std::vector<Text>& values) {
    return add_in_shard_tree(values, [&](const Text& a, const Text& b) { return Text{join(a.text, b.text)}; }).text;
  };
  CHECK(of({{"a"}, {"b"}, {"c"}, {"d"}}) == "((ab)(cd))");
  CHECK(of({{"a"}, {""}, {"c"}, {"d"}}) == "(a(cd))");
  CHECK(of({{""}, {""}, {"c"}, {""}}) == "c");
  CHECK(of({{"a"}, {"b"}, {"c"}, {""}, {""}, {""}, {"g"}, {"h"}}) == "(((ab)c)(gh))");
  CHECK(of({{""}, {""}}).empty());
}

TEST_CASE("row_product of shards: each shard's chains come first, then the tree of the shards") {
  Numbers random(1);
  on_each_isa([&] {
    for (DType dtype : {DType::f32, DType::f64})
      for (const FilledShards& filled : kFilled)
        for (auto [rows, m, n] :
             {std::array<std::int64_t, 3>{40, 3, 5}, {700, 13, 33}, {5000, 37, 70}, {900, 1, 1}, {2, 40, 4}}) {
          const std::vector<ShardRows> parts{part_of(random, rows, m, n, filled, dtype),
                                             part_of(random, rows / 3, m, n, filled, dtype)};
          std::vector<Tensor> sums;
          for (std::size_t s = 0; s < filled.size(); ++s)
            sums.push_back(filled[s] ? row_product(alone(parts, static_cast<std::int32_t>(s)), {1}) : Tensor());
          const std::int64_t rows_of_part = rows;
          CAPTURE(rows_of_part);
          CHECK(equal_bits(row_product(parts, filled), add_in_shard_tree(sums, plus)));
        }
  });
}

TEST_CASE("row_product of one shard has the chains of the plain product of its present rows") {
  Numbers random(2);
  for (std::int64_t rows : {1, 512, 513, 5000}) {
    const Tensor left = random.tensor({rows, 20}, DType::f32), right = random.tensor({rows, 50}, DType::f32);
    const std::vector<ShardRows> parts{{left, right, std::vector<std::int32_t>(static_cast<std::size_t>(rows))}};
    CHECK(equal_bits(row_product(parts, {1}), row_product(left, right)));
  }
}

TEST_CASE("sum_rows of shards") {
  Numbers random(3);
  on_each_isa([&] {
    for (const FilledShards& filled : kFilled)
      for (auto [rows, width] : {std::array<std::int64_t, 2>{40, 3}, {900, 700}, {9000, 17}}) {
        const std::vector<ShardRows> parts{part_of(random, rows, width, 0, filled, DType::f32),
                                           part_of(random, 5, width, 0, filled, DType::f32)};
        std::vector<Tensor> sums;
        for (std::size_t s = 0; s < filled.size(); ++s)
          sums.push_back(filled[s] ? sum_rows(alone(parts, static_cast<std::int32_t>(s)), {1}) : Tensor());
        CHECK(equal_bits(sum_rows(parts, filled), add_in_shard_tree(sums, plus)));
      }
  });
  const Tensor x = random.tensor({300, 9}, DType::f64);
  CHECK(all_close(sum_rows(std::vector<ShardRows>{{x, {}, std::vector<std::int32_t>(300)}}, {1}), sum(x, {0}), 1e-12));
}

TEST_CASE("embedding_gradient_rows of shards") {
  Numbers random(4);
  on_each_isa([&] {
    for (const FilledShards& filled : kFilled)
      for (auto [rows, count] : {std::array<std::int64_t, 2>{40, 30}, {3000, 2}, {400, 90}}) {
        std::vector<ShardLookups> parts;
        for (std::int64_t size : {rows, rows / 4}) {
          ShardRows part = part_of(random, size, 21, 0, filled, DType::f32);
          parts.push_back({part, random.indices({size}, count), size == rows ? std::optional<std::int64_t>(1) : std::nullopt});
        }
        std::vector<RowSparse> sums;
        for (std::size_t s = 0; s < filled.size(); ++s) {
          if (!filled[s]) {
            sums.emplace_back();
            continue;
          }
          std::vector<ShardLookups> own;
          for (const ShardLookups& part : parts) {
            // The ids travel as a column of numbers.
            const ShardRows ids{cast(reshape(part.ids, {-1, 1}), DType::f32), {}, part.rows.shards};
            const auto shard = static_cast<std::int32_t>(s);
            own.push_back(
                {alone({part.rows}, shard)[0], cast(reshape(alone({ids}, shard)[0].left, {-1}), DType::i64), part.padding});
          }
          sums.push_back(embedding_gradient_rows(own, count, {1}));
        }
        const RowSparse found = embedding_gradient_rows(parts, count, filled);
        const RowSparse expected = add_in_shard_tree(sums, [](const RowSparse& a, const RowSparse& b) { return add(a, b); });
        CHECK(equal_bits(found.rows, expected.rows));
        CHECK(equal_bits(found.values, expected.values));
      }
  });
}

TEST_CASE("sums of shards: a sum that is rounded to -0 keeps or loses its sign as in the shards' own sums") {
  // Where denormals are flushed, 1.2e-38 - 1.3e-38 is -0; it becomes 0 when 0 is added.
  for (const FilledShards& filled : kFilled)
    for (std::size_t first = 0; first < filled.size(); ++first)
      for (std::size_t second = first; second < filled.size(); ++second) {
        if (!filled[first] || !filled[second]) continue;
        const auto a = static_cast<std::int32_t>(first), b = static_cast<std::int32_t>(second);
        const Tensor x = cast(tensor({{1.2e-38}, {-1.3e-38}, {1.2e-38}, {-1.3e-38}}), DType::f32);
        const std::vector<ShardRows> products{{x, cast(ones({4, 1}), DType::f32), {a, a, b, b}}};
        const std::vector<ShardRows> parts{{x, {}, {a, a, b, b}}};
        const Tensor ids = zeros({4}, DType::i64);
        std::vector<Tensor> sums(filled.size()), product_sums(filled.size());
        std::vector<RowSparse> lookups(filled.size());
        for (std::size_t s = 0; s < filled.size(); ++s) {
          if (!filled[s]) continue;
          const auto shard = static_cast<std::int32_t>(s);
          sums[s] = sum_rows(alone(parts, shard), {1});
          product_sums[s] = row_product(alone(products, shard), {1});
          const ShardRows own = alone(parts, shard)[0];
          const Tensor own_ids = zeros({own.left.size(0)}, DType::i64);
          lookups[s] = embedding_gradient_rows(std::vector<ShardLookups>{{own, own_ids, {}}}, 1, {1});
        }
        CHECK(equal_bits(sum_rows(parts, filled), add_in_shard_tree(sums, plus)));
        CHECK(equal_bits(row_product(products, filled), add_in_shard_tree(product_sums, plus)));
        CHECK(equal_bits(embedding_gradient_rows(std::vector<ShardLookups>{{parts[0], ids, {}}}, 1, filled).values,
                         add_in_shard_tree(lookups, [](const RowSparse& p, const RowSparse& q) { return add(p, q); }).values));
      }
}

TEST_CASE("embedding_gradient_rows of shards: a row of zeros does not occur") {
  const ShardRows rows{tensor({{1, 2}, {0, 0}, {3, 4}}), {}, {0, 0, 0}};
  const RowSparse found = embedding_gradient_rows(std::vector<ShardLookups>{{rows, tensor({4, 1, 2}, DType::i64), 2}}, 5, {1});
  CHECK(equal_bits(found.rows, tensor({4}, DType::i64)));
  CHECK(equal_bits(found.values, tensor({{1, 2}})));
}

TEST_CASE("add_to adds the rows of a row-sparse matrix") {
  Tensor sum = ones({3, 2});
  add_to(sum, RowSparse{tensor({1}, DType::i64), tensor({{4, 5}}), 3});
  CHECK(equal_bits(sum, tensor({{1, 1}, {5, 6}, {1, 1}})));
  CHECK_THROWS_WITH_AS(add_to(sum, RowSparse{tensor({1}, DType::i64), tensor({{4, 5}}), 4}, Where{"a.cpp", 3}),
                       "add_to: a row-sparse matrix of shape [4, 2] does not fit [3, 2], at a.cpp:3", ShapeError);
}
