// The history of a training as a table in a file.
#pragma once

#include <weft/models/progress/callback.h>

#include <string>

namespace weft {

// Returns a callback that writes one row per epoch: epoch, updates, seconds, tokens, learning_rate, gradient_norm, skipped, loss,
// the metrics, and with validation data dev_loss, dev_<metric> (fractions, not per cent). The file is replaced atomically after
// each epoch, so that a resumed training has every epoch once. Throws IoError, at once if the path is invalid.
Callback csv_log(const std::string& path);

// Returns the table itself.
std::string to_csv(const History& history);

}  // namespace weft
