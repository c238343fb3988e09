// Measures the memory that training takes from the system.
#pragma once

namespace bench {

// Prints a table with a row for each training workload, which runs in its own process: the memory that steps 11 to 60 took from
// the system, and the peak of the process. Then prints a row for each epoch of a seq2seq trained on batches by length. Returns 0,
// or 1 if a process failed.
int report_memory(int threads);

}  // namespace bench
