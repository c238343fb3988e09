// Loss, metrics and gradient norm over the epochs of a training run.
#pragma once

#include <weft/models/charts/line_chart.h>
#include <weft/models/progress/history.h>

#include <string>
#include <utility>
#include <vector>

namespace weft::report {

// Returns a chart for each number in `history`: loss and metrics (per cent) of training and dev data, learning rate, gradient
// norm, skipped updates, speed. The best epoch is marked. An epoch without a number leaves a gap.
std::vector<LineChart> learning_curves(const History& history, const std::string& monitor);

// Returns the charts of several named runs, where charts with the same title are merged: each has a line for each series of each
// run. All runs must begin at the same epoch; shorter runs end earlier. The best epoch follows the name of the run.
std::vector<LineChart> overlaid(const std::vector<std::pair<std::string, std::vector<LineChart>>>& runs);

}  // namespace weft::report
