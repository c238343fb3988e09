// CsvLog: the history of a training as a table in a file.
#pragma once

#include <weft/models/progress/callback.h>

#include <string>

namespace weft {

// One row per epoch: epoch, updates, seconds, tokens, learning_rate, gradient_norm, skipped, loss, the metrics, and with
// validation data dev_loss, dev_<metric> (fractions, not per cent). The file is replaced atomically after each epoch, so that a
// resumed training has every epoch once. Throws IoError.
class CsvLog : public Callback {
 public:
  explicit CsvLog(std::string path);
  bool on_epoch(const History& history) override;

 private:
  std::string path_;
};

// Returns the table itself.
std::string to_csv(const History& history);

}  // namespace weft
