// Writes workloads to files, so that peers can compute the same from the same numbers.
#pragma once

#include <string>

namespace bench {

// Writes W1, W1p, W2, W2b, W2s, GREEDY and lstm .safetensors into the folder. Each holds
//   weights.<path>  the parameters before the first step, under PyTorch's names
//   inputs.<name>   the batches, i64 [8, batch, time]: tokens and labels (i64 [8, batch]), or source, target and next_words;
//                   lstm: x and seed, f32
//   losses          f64: of the first `steps` training steps; GREEDY: of 3 batches, the mean over the words of the largest logit;
//                   lstm: the sums of output * seed, and of the squares of the gradients of x and weight_hh
// Throws IoError.
void record(const std::string& folder, int steps);

}  // namespace bench
