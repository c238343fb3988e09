// The workloads' data: token ids with natural frequencies.
#pragma once

#include <weft/nn/layers/batch.h>
#include <weft/tensor/arithmetic/random.h>

#include <vector>

namespace bench {

inline constexpr int kBatches = 8;  // of each workload, used in rotation

// Returns ids from first to vocabulary - 1, [batch, time] at full length, drawn by Zipf's law with exponent 1: the probability of
// the k-th id is proportional to 1 / k.
weft::Batch zipf_batch(std::int64_t batch, std::int64_t time, std::int64_t vocabulary, weft::Generator& generator,
                       std::int64_t first = 0);

}  // namespace bench
