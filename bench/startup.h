// How long a fresh process takes until it has trained one step.
#pragma once

namespace bench {

// Runs `program` --first-step, 21 times, and prints the median time from its start until it writes to standard output. 0, or 1
// when it cannot be run.
int report_startup(const char* program);

// One training step of W1, then a line on standard output.
void first_step();

}  // namespace bench
