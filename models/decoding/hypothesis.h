// What a search through a decoder's outputs finds.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

// An output that a search found, or whose score was asked for.
struct Hypothesis {
  std::vector<std::int64_t> ids;                // without <s> and </s>
  std::vector<double> token_log_probabilities;  // ln p of each id, and of </s>: [ids + 1]
  double log_probability = 0;                   // their sum
  double score = 0;                             // what hypotheses are compared by, see search_score
  Tensor attention;                             // f32 [ids, source tokens]: where the decoder looked; undefined without attention
};

// The hypotheses of one source, the best score first.
using NBest = std::vector<Hypothesis>;

}  // namespace weft
