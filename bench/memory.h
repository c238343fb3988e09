// What training takes from the system.
#pragma once

namespace bench {

// A table on standard output, a row per training workload, each in a process of its own: what steps 11 to 60 took from the
// system, and what the process needs at most. Then a seq2seq trained on batches by length, a row per epoch. 0, or 1 when a
// process failed.
int report_memory(int threads);

}  // namespace bench
