// Tally: loss and metrics over the batches of one pass through the data.
#pragma once

#include <weft/models/progress/history.h>
#include <weft/models/training/detail/shard_record.h>
#include <weft/models/training/loss.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/models/training/task.h>

namespace weft::detail {

class Tally {
 public:
  Tally(const Loss& loss, const Metrics& metrics);
  // Continues from what state() returned.
  Tally(const Loss& loss, const Metrics& metrics, const std::vector<double>& state);

  void add(double mean_loss, const Task::Output& output);  // with its extra_loss
  void add(const ShardRecord& record);
  double mean_loss() const { return weight_ == 0 ? 0 : total_ / weight_; }
  Scores scores() const;

  // Returns everything that a checkpoint saves.
  std::vector<double> state() const;

 private:
  const Loss& loss_;
  const Metrics& metrics_;
  double total_ = 0, weight_ = 0;
  bool has_extra_ = false;
  double extra_ = 0;
};

}  // namespace weft::detail
