// ShardRecord: what a rank reports about the examples that it ran, besides their gradient.
#pragma once

#include <weft/models/training/streaming_metric.h>
#include <weft/models/training/task.h>

#include <optional>
#include <tuple>
#include <vector>

namespace weft::detail {

// Sums over the examples of one shard, or of one batch of an evaluation.
struct ShardRecord {
  std::vector<double> losses = {};  // of each example, or of all together, if the loss can only give their mean
  double weight = 0;                // the divisor of the mean
  std::int64_t tokens = 0;
  std::optional<double> extra_loss = {};
  std::vector<std::vector<double>> metrics = {};  // their states

  bool is_finite() const;
  auto fields() { return std::tie(losses, weight, tokens, extra_loss, metrics); }
  auto fields() const { return std::tie(losses, weight, tokens, extra_loss, metrics); }
};

// Returns the states of the metrics after they have seen these outputs alone; what they held before stays. Throws ValueError for
// a metric without a state.
std::vector<std::vector<double>> metric_states(const Metrics& metrics, const Tensor& logits, const Tensor& targets);

}  // namespace weft::detail
