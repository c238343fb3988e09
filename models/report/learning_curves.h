// Loss, metrics and gradient norm over the epochs of a training run.
#pragma once

#include <weft/models/charts/line_chart.h>
#include <weft/models/progress/history.h>

#include <string>
#include <utility>
#include <vector>

namespace weft::report {

// A chart for each number that `history` has: loss and metrics (per cent) of training and dev data, learning rate, gradient norm,
// skipped updates, speed. The best epoch is marked. An epoch without a number is a gap.
std::vector<LineChart> learning_curves(const History& history, const std::string& monitor);

// Charts of several runs, each with its name, in which those of one title are one: a line for each run and each of its series.
// All runs begin at the same epoch; the shorter ones end earlier. The best epoch stands behind the name.
std::vector<LineChart> overlaid(const std::vector<std::pair<std::string, std::vector<LineChart>>>& runs);

}  // namespace weft::report
