// Measures the training steps of a workload on the ranks of mpirun.
#pragma once

#include <string>

namespace bench {

// Trains W1, W1p, W2, W2b or W2s for this number of steps with fit(), in this number of shards, on the ranks that mpirun started
// or on one. Each exchange takes at least `delay` microseconds. `overlap`: gradients are exchanged during the backward pass. The
// first rank prints the median time of a step, and what it sent and how long it waited per step. Returns 0, or 2 for an unknown
// workload and after an error.
int report_ranks(const std::string& workload, int steps, int shards, int delay, bool overlap);

}  // namespace bench
