#include <weft/models/data/batches.h>
#include <weft/models/io/detail/order.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

using namespace weft::text;

namespace {

std::vector<std::int64_t> some_lengths(std::size_t count) {
  CounterRandom random(5);
  std::vector<std::int64_t> lengths;
  for (std::size_t i = 0; i < count; ++i) lengths.push_back(static_cast<std::int64_t>(1 + random.below(40)));
  return lengths;
}

std::size_t padding(const std::vector<std::vector<std::size_t>>& batches, const std::vector<std::int64_t>& lengths) {
  std::int64_t cells = 0;
  for (const auto& batch : batches) {
    std::int64_t longest = 0;
    for (std::size_t i : batch) longest = std::max(longest, lengths[i]);
    for (std::size_t i : batch) cells += longest - lengths[i];
  }
  return static_cast<std::size_t>(cells);
}

}  // namespace

TEST_CASE("random numbers never change") {
  CHECK(hash(0, 0) == 0xa706dd2f4d197e6fU);
  CHECK(hash(1, 0) == 0x5e41ab087439611eU);
  CHECK(hash(1, 1) == 0xf18d6ce93d6cf1eeU);
  std::vector<int> order = {0, 1, 2, 3, 4, 5, 6, 7};
  CounterRandom random(42);
  shuffle(order, random);
  CHECK(order == std::vector<int>{3, 6, 0, 7, 1, 2, 5, 4});
}

TEST_CASE("random numbers below a bound are uniform") {
  CounterRandom random(3);
  std::vector<int> seen(7, 0);
  for (int i = 0; i < 70000; ++i) ++seen[static_cast<std::size_t>(random.below(7))];
  for (int count : seen) CHECK(std::abs(count - 10000) < 500);
  CHECK(random.below(1) == 0);
  CHECK(random.below(std::numeric_limits<std::uint64_t>::max()) < std::numeric_limits<std::uint64_t>::max());
  int heads = 0;
  for (int i = 0; i < 10000; ++i) heads += random.chance(0.3);
  CHECK(std::abs(heads - 3000) < 250);
}

TEST_CASE("holding out takes the given share, determined by the seed") {
  const HeldOutSplit split = hold_out(1000, {.seed = 7});
  CHECK(split.held_out.size() == 50);
  CHECK(split.train.size() == 950);
  std::vector<std::size_t> all = split.train;
  all.insert(all.end(), split.held_out.begin(), split.held_out.end());
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == i);
  CHECK(std::is_sorted(split.train.begin(), split.train.end()));
  CHECK(std::is_sorted(split.held_out.begin(), split.held_out.end()));
  CHECK(hold_out(1000, {.seed = 7}).held_out == split.held_out);
  CHECK(hold_out(1000, {.seed = 8}).held_out != split.held_out);
}

TEST_CASE("holding out works with few examples") {
  CHECK(hold_out(2).held_out.size() == 1);
  CHECK(hold_out(3, {.fraction = 0.99}).train.size() == 1);
  CHECK_THROWS_WITH_AS(hold_out(1), "hold_out: at least 2 examples are needed, got 1", weft::ValueError);
  CHECK_THROWS_WITH_AS(hold_out(9, {.fraction = 1.0}), "hold_out: the fraction must be between 0 and 1, got 1", weft::ValueError);
}

TEST_CASE("batches contain every example once") {
  const auto lengths = some_lengths(1003);
  for (std::size_t pool : {std::size_t{1}, std::size_t{4}, std::size_t{100}, std::numeric_limits<std::size_t>::max()}) {
    const auto batches = batches_by_length(lengths, {.batch_size = 32, .seed = 1, .pool_batches = pool});
    CHECK(batches.size() == 32);
    std::set<std::size_t> seen;
    std::size_t small = 0;
    for (const auto& batch : batches) {
      seen.insert(batch.begin(), batch.end());
      CHECK(batch.size() <= 32);
      small += batch.size() < 32;
    }
    CHECK(seen.size() == 1003);
    CHECK(small == 1);
  }
}

TEST_CASE("batches group similar lengths, more so with larger pools") {
  const auto lengths = some_lengths(4096);
  const auto with_pool = [&](std::size_t pool) {
    return padding(batches_by_length(lengths, {.batch_size = 32, .pool_batches = pool}), lengths);
  };
  CHECK(with_pool(1) > 50000);
  CHECK(with_pool(8) < 10000);
  CHECK(with_pool(1000) < 2000);
}

TEST_CASE("batches have a different order in each epoch") {
  const auto lengths = some_lengths(500);
  const auto first = batches_by_length(lengths, {.seed = 1});
  CHECK(first == batches_by_length(lengths, {.seed = 1}));
  CHECK(first != batches_by_length(lengths, {.seed = 1, .epoch = 1}));
  CHECK(first != batches_by_length(lengths, {.seed = 2}));
  std::vector<std::int64_t> longest;
  for (const auto& batch : first) longest.push_back(lengths[batch.back()]);
  CHECK_FALSE(std::is_sorted(longest.begin(), longest.end()));
}

TEST_CASE("batches of no examples or one example work") {
  CHECK(batches_by_length({}).empty());
  CHECK(batches_by_length(std::vector<std::int64_t>{3}) == std::vector<std::vector<std::size_t>>{{0}});
  CHECK_THROWS_WITH_AS(batches_by_length({}, {.batch_size = 0}), "batches: batch_size is 0, not at least 1", weft::ValueError);
}

TEST_CASE("batches by tokens are as full as the budget allows") {
  CHECK(batches_by_length(std::vector<std::int64_t>{4, 4, 4, 4}, {.batch_tokens = 8}).size() == 2);  // exactly full
  CHECK(batches_by_length(std::vector<std::int64_t>{4, 4, 4, 4}, {.batch_tokens = 7}).size() == 4);
  CHECK(batches_by_length(std::vector<std::int64_t>{4, 4, 4, 4}, {.batch_tokens = 16}).size() == 1);
  const auto lengths = some_lengths(700);
  for (std::int64_t budget : {1, 30, 40, 41, 80, 120, 400, 1000}) {
    CAPTURE(budget);
    auto batches = batches_by_length(lengths, {.batch_tokens = budget, .pool_batches = std::numeric_limits<std::size_t>::max()});
    const auto longest = [&](const std::vector<std::size_t>& batch) {
      std::int64_t most = 0;
      for (std::size_t i : batch) most = std::max(most, lengths[i]);
      return most;
    };
    const auto shortest = [&](const std::vector<std::size_t>& batch) {
      std::int64_t least = std::numeric_limits<std::int64_t>::max();
      for (std::size_t i : batch) least = std::min(least, lengths[i]);
      return least;
    };
    std::sort(batches.begin(), batches.end(), [&](const auto& a, const auto& b) {
      return std::pair(longest(a), shortest(a)) < std::pair(longest(b), shortest(b)) ||
             (std::pair(longest(a), shortest(a)) == std::pair(longest(b), shortest(b)) && a.size() > b.size());
    });
    std::size_t seen = 0;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      const auto count = static_cast<std::int64_t>(batches[i].size());
      seen += batches[i].size();
      CHECK((count == 1 || count * longest(batches[i]) <= budget));
      if (i + 1 < batches.size()) CHECK((count + 1) * shortest(batches[i + 1]) > budget);
    }
    CHECK(seen == lengths.size());
  }
}
