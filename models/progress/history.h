// The course of a training, epoch by epoch.
#pragma once

#include <weft/tensor/base/error.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

// A model's scores on some data. Metrics are in the order of the trainer's.
struct Scores {
  double loss = 0;  // per target that counts
  std::vector<std::pair<std::string, double>> metrics;
  std::optional<double> extra_loss = {};  // the model's own, see ModelOutput; per target that counts

  // Throws ValueError if there is no such metric.
  double metric(const std::string& name, Where caller = Where::here()) const;
  // Returns a rank by a monitored "loss" or metric, for comparison: the larger rank is better. If two have the same accuracy, the
  // one with the lower loss is better.
  using Rank = std::array<double, 2>;
  Rank rank(const std::string& monitor) const { return {monitor == "loss" ? -loss : metric(monitor), -loss}; }
};

struct EpochRecord {
  int epoch = 0;  // from 1
  Scores train;   // over the epoch, while the weights changed
  std::optional<Scores> validation;
  double seconds = 0;
  double gradient_norm = 0;  // the largest before clipping
  std::int64_t tokens = 0;
  std::int64_t updates = 0;  // of the optimizer since training began
  std::int64_t skipped = 0;  // updates skipped in this epoch because a loss or gradient was not finite
  double learning_rate = 0;  // of the last update
};
using History = std::vector<EpochRecord>;

// One epoch as a line: "epoch 3/10  loss 0.41  accuracy 88.20  dev_loss 0.52  dev_accuracy 84.10  12.1 s  81000 tokens/s".
std::string to_string(const EpochRecord& record, int epochs);

// Returns the epoch with the highest rank by the validation score `monitor`, the first of equal ones; 0 if no score of that name
// is finite.
int best_epoch(const History& history, const std::string& monitor);

// Convert a history to JSON and back; numbers are restored bit for bit. Throws FormatError, which begins with `origin`.
std::string to_json(const History& history);
History history_from_json(std::string_view json, const std::string& origin);

}  // namespace weft
