// The workloads' data: token ids with natural frequencies.
#pragma once

#include <weft/nn/layers/batch.h>
#include <weft/tensor/arithmetic/random.h>

#include <vector>

namespace bench {

inline constexpr int kBatches = 8;  // of each workload, in turn

// Ids first .. vocabulary-1 by Zipf's law with exponent 1: the k-th id is drawn in proportion to 1 / k. [batch, time], at full
// length.
weft::Batch zipf_batch(std::int64_t batch, std::int64_t time, std::int64_t vocabulary, weft::Generator& generator,
                       std::int64_t first = 0);

}  // namespace bench
