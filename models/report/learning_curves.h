// Loss, metrics and gradient norm over the epochs of a training run.
#pragma once

#include <weft/models/report/line_chart.h>
#include <weft/models/training/training_loop.h>

#include <string>
#include <vector>

namespace weft::report {

// The epoch that does best by the validation score `monitor`: "loss" (smallest) or a metric's name (largest), the first of equal
// ones; 0 without validation scores of that name.
int best_epoch(const History& history, const std::string& monitor);

// A chart for each number that `history` has: loss and metrics (per cent) of training and dev data, gradient norm, speed. The
// best epoch is marked. An epoch without a number is a gap. Fewer than two epochs are no curve: then there is no chart.
std::vector<LineChart> learning_curves(const History& history, const std::string& monitor);

}  // namespace weft::report
