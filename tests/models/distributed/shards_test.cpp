#include <doctest/doctest.h>
#include <weft/models/distributed/detail/shards.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/detail/accumulate.h>

#include <bit>

#include "tests/models/distributed/gradients.h"

using namespace weft;
using test::random_gradient, test::same_bits;

namespace {

using Gradients = std::vector<ParameterGradient>;

bool is_power_of_two(std::int64_t x) { return (x & (x - 1)) == 0; }

// The definition: the sum of the slots [first, last), whose number is a power of two.
ParameterGradient sum_of(const std::vector<Gradients>& slots, std::size_t parameter, std::size_t first, std::size_t last) {
  if (last - first == 1) return slots[first].empty() ? ParameterGradient() : slots[first][parameter];
  const std::size_t middle = (first + last) / 2;
  const ParameterGradient left = sum_of(slots, parameter, first, middle), right = sum_of(slots, parameter, middle, last);
  ParameterGradient sum;
  if (left.dense.defined() && right.dense.defined())
    sum.dense = left.dense + right.dense;
  else
    sum.dense = left.dense.defined() ? left.dense : right.dense;
  if (left.rows.defined() && right.rows.defined())
    sum.rows = add(left.rows, right.rows);
  else
    sum.rows = left.rows.defined() ? left.rows : right.rows;
  return sum;
}

}  // namespace

TEST_CASE("part_of: parts cover a range without gaps, differ by at most one, and halve as their number doubles") {
  for (std::int64_t count : {0, 1, 2, 3, 7, 8, 9, 31, 32, 1000})
    for (std::int64_t parts : {1, 2, 3, 4, 8, 16, 64}) {
      std::int64_t next = 0;
      for (std::int64_t part = 0; part < parts; ++part) {
        const IndexRange range = part_of(count, part, parts);
        CHECK(range.first == next);
        CHECK(range.size() >= count / parts);
        CHECK(range.size() <= (count + parts - 1) / parts);
        CHECK(part_of(count, 2 * part, 2 * parts).first == range.first);
        CHECK(part_of(count, 2 * part + 1, 2 * parts).last == range.last);
        next = range.last;
      }
      CHECK(next == count);
    }
}

TEST_CASE("Shards: every example is in one slot, in order, and a shard is [sB/S, (s+1)B/S)") {
  for (std::int64_t count : {1, 2, 3, 5, 6, 7, 8, 12, 16, 17, 64, 100})
    for (std::int64_t examples : {0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 63, 64, 100, 257}) {
      CAPTURE(count);
      CAPTURE(examples);
      const Shards shards(count);
      CHECK(shards.count() == count);
      CHECK(is_power_of_two(shards.slots()));
      CHECK((shards.slots() >= count && shards.slots() < 2 * count));
      std::vector<IndexRange> found;
      std::int64_t next = 0, empty_by_count = 0;
      for (std::int64_t slot = 0; slot < shards.slots(); ++slot) {
        const IndexRange range = shards.examples_of(slot, examples);
        CHECK(range.first == next);
        CHECK(range.last >= range.first);
        next = range.last;
        if (part_of(count, slot, shards.slots()).empty())
          CHECK((range.empty() && ++empty_by_count > 0));
        else
          found.push_back(range);
      }
      CHECK(next == examples);
      CHECK(empty_by_count == shards.slots() - count);
      REQUIRE(std::ssize(found) == count);
      for (std::int64_t s = 0; s < count; ++s) {
        CHECK(found[static_cast<std::size_t>(s)].first == s * examples / count);
        CHECK(found[static_cast<std::size_t>(s)].last == (s + 1) * examples / count);
      }
    }
}

TEST_CASE("Shards: the slots of a rank are one subtree, and the ranks have all slots") {
  for (std::int64_t count : {1, 2, 3, 4, 5, 8, 11, 16, 100})
    for (int ranks = 1; ranks <= count; ranks *= 2) {
      const Shards shards(count);
      std::int64_t next = 0;
      for (int rank = 0; rank < ranks; ++rank) {
        const IndexRange own = shards.slots_of(rank, ranks);
        CHECK(own.first == next);
        CHECK(own.size() == shards.slots() / ranks);  // a power of two
        CHECK(own.first % own.size() == 0);
        next = own.last;
      }
      CHECK(next == shards.slots());
    }
}

TEST_CASE("add: an undefined part is left out, and rows and dense parts are added apart from each other until they are joined") {
  Numbers numbers(1);
  const ParameterGradient none, dense = random_gradient(numbers, 'd', {6, 3}, DType::f32),
                                rows = random_gradient(numbers, 'r', {6, 3}, DType::f32);
  CHECK_FALSE(add(none, none).defined());
  for (const ParameterGradient& only : {dense, rows}) {
    CHECK(same_bits(add(only, none), only));
    CHECK(same_bits(add(none, only), only));
  }
  CHECK(add(rows, rows).rows.defined());
  CHECK(equal_bits(to_dense(add(rows, rows).rows), to_dense(rows.rows) + to_dense(rows.rows)));
  const Tensor expected = dense.dense + to_dense(rows.rows);
  for (ParameterGradient both : {add(rows, dense), add(dense, rows)}) {
    CHECK(same_bits(both, {dense.dense, rows.rows}));
    both.dense = clone(both.dense);
    both.join();
    CHECK_FALSE(both.rows.defined());
    CHECK(max_difference(both.dense, expected) == 0);
  }
}

TEST_CASE("GradientTree adds as the binary tree that is its definition, bit for bit") {
  Numbers numbers(2);
  const std::vector<Shape> shapes{{7, 3}, {5}, {}, {4, 2}, {9, 2}};
  // Of the kinds of a parameter's gradients in the slots, one is drawn for each slot: d dense, r rows, n none.
  const std::vector<std::string> kinds{"d", "ddn", "dn", "dr", "rrdn"};
  for (DType dtype : {DType::f32, DType::f64})
    for (std::size_t count : std::vector<std::size_t>{1, 2, 4, 8, 16, 32})
      for (int round = 0; round < 6; ++round) {
        CAPTURE(count);
        CAPTURE(round);
        std::vector<Gradients> slots(count), pushed(count);
        for (std::size_t slot = 0; slot < count; ++slot) {
          if (round > 0 && numbers.below(4) == 0) continue;  // a slot without examples
          for (std::size_t i = 0; i < shapes.size(); ++i) {
            const char kind = kinds[i][static_cast<std::size_t>(numbers.below(std::ssize(kinds[i])))];
            slots[slot].push_back(random_gradient(numbers, kind, shapes[i], dtype));
          }
          pushed[slot] = test::copy_of(slots[slot]);
        }
        GradientTree tree(shapes.size());
        for (Gradients& slot : pushed) tree.push(std::move(slot));
        const Gradients found = tree.total();
        REQUIRE(found.size() == shapes.size());
        for (std::size_t i = 0; i < shapes.size(); ++i) {
          CAPTURE(i);
          CHECK(same_bits(found[i], sum_of(slots, i, 0, count)));
        }
      }
}

TEST_CASE("GradientTree: the order of the slots matters, so that the tests above can see it") {
  Numbers numbers(3);
  std::vector<Gradients> slots;
  for (int slot = 0; slot < 8; ++slot) slots.push_back({random_gradient(numbers, 'd', {40, 5}, DType::f32)});
  GradientTree tree(1), reversed(1);
  for (std::size_t slot = 0; slot < 8; ++slot) {
    tree.push(test::copy_of(slots[slot]));
    reversed.push(test::copy_of(slots[(slot * 3) % 8]));
  }
  CHECK_FALSE(same_bits(tree.total()[0], reversed.total()[0]));
  for (std::size_t slot = 0; slot < 4; ++slot) tree.push(test::copy_of(slots[slot]));  // a tree can be used again
  CHECK(same_bits(tree.total()[0], sum_of(slots, 0, 0, 4)));
}
