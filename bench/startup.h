// Measures the time that a new process takes until it has trained one step.
#pragma once

namespace bench {

// Runs `program` --first-step 21 times and prints the median time from its start until it writes to standard output. Returns 0,
// or 1 if it cannot be run.
int report_startup(const char* program);

// Runs one training step of W1, then prints a line.
void first_step();

}  // namespace bench
