// Batch: token sequences of different lengths.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

using Sequence = std::vector<std::int64_t>;  // token ids

// Rows of `tokens` are padded at the end; only the first lengths[i] tokens of row i count. Layers, losses and metrics respect the
// lengths, so the values in the padding never matter.
struct Batch {
  Tensor tokens;   // [batch, time], i64
  Tensor lengths;  // [batch], i64

  std::int64_t size() const { return tokens.size(0); }
};

}  // namespace weft
