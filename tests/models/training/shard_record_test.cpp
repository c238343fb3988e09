#include <doctest/doctest.h>
#include <weft/models/distributed/packed.h>
#include <weft/models/training/detail/shard_record.h>
#include <weft/models/training/detail/tally.h>
#include <weft/nn/layers/loss.h>

#include <limits>

#include "tests/numbers.h"

using namespace weft;
using detail::metric_states, detail::ShardRecord, detail::Tally;

namespace {

std::vector<ShardRecord> some_records() {
  return {{.losses = {0.1, 1e-300, -2}, .weight = 3.5, .tokens = 1234567890123, .extra_loss = 0.25, .metrics = {{1, 2}, {3, 4}}},
          {.weight = 0, .metrics = {{0, 0}, {0, 0}}},
          {.losses = {0.3}, .weight = 1, .tokens = 7, .extra_loss = 0.0, .metrics = {{1, 1}, {0, 1}}}};
}

}  // namespace

TEST_CASE("ShardRecord: what is sent as bytes arrives as it was") {
  const std::vector<ShardRecord> records = some_records(),
                                 found = detail::from_bytes<std::vector<ShardRecord>>(detail::to_bytes(records));
  REQUIRE(found.size() == records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    CHECK(found[i].losses == records[i].losses);
    CHECK(found[i].weight == records[i].weight);
    CHECK(found[i].tokens == records[i].tokens);
    CHECK(found[i].extra_loss == records[i].extra_loss);
    CHECK(found[i].metrics == records[i].metrics);
  }
}

TEST_CASE("ShardRecord: one loss or extra loss that is not finite is enough") {
  for (double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    ShardRecord record = some_records()[0];
    CHECK(record.is_finite());
    record.losses[1] = bad;
    CHECK_FALSE(record.is_finite());
    record = some_records()[0];
    record.extra_loss = bad;
    CHECK_FALSE(record.is_finite());
  }
  CHECK(ShardRecord().is_finite());
}

TEST_CASE("metric_states: the state of these outputs alone, and what the metrics held before stays") {
  const Metrics metrics{metrics::accuracy(), metrics::macro_f1()};
  Numbers numbers(1);
  const Tensor logits = numbers.tensor({9, 3}, DType::f32), targets = numbers.indices({9}, 3);
  const auto alone = metric_states(metrics, logits, targets);
  CHECK(metrics[0]->state() == std::vector<double>{0, 0});
  const Tensor others = numbers.tensor({5, 3}, DType::f32), other_targets = numbers.indices({5}, 3);
  for (const auto& metric : metrics) metric->add(others, other_targets);
  const auto before = std::vector{metrics[0]->state(), metrics[1]->state()};
  CHECK(metric_states(metrics, logits, targets) == alone);
  CHECK(std::vector{metrics[0]->state(), metrics[1]->state()} == before);
  CHECK(alone[0][1] == 9);
}

TEST_CASE("Tally: the records of shards are added once, and their mean is over the weight of all") {
  const Loss loss = nn::CrossEntropy();
  const Metrics metrics{metrics::accuracy(), metrics::top_k_accuracy(2)};
  Tally tally(loss, metrics);
  for (const ShardRecord& record : some_records()) tally.add(record);
  const Scores scores = tally.scores();
  CHECK(scores.loss == doctest::Approx((0.1 + 1e-300 - 2 + 0.3) / 4.5).epsilon(1e-15));
  CHECK(scores.extra_loss == doctest::Approx(0.25 / 4.5).epsilon(1e-15));
  CHECK(metrics[0]->state() == std::vector<double>{2, 3});
  CHECK(metrics[1]->state() == std::vector<double>{3, 5});
}
