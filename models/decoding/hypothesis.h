// The results of a search through the outputs of a decoder.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

// An output that a search found or that was scored.
struct Hypothesis {
  std::vector<std::int64_t> ids;                // without <s> and </s>
  std::vector<double> token_log_probabilities;  // ln p of each id, and of </s>: [ids + 1]
  double log_probability = 0;                   // their sum
  double score = 0;                             // by which hypotheses are compared, see search_score
  Tensor attention;                             // f32 [ids, source tokens]; undefined without attention
};

// The hypotheses of one source, the best score first.
using NBest = std::vector<Hypothesis>;

}  // namespace weft
