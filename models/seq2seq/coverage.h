// Coverage: attention that takes into account what it has attended to before.
#pragma once

#include <weft/nn/attention/scored_attention.h>

#include <string>

namespace weft {

// A layer that adds to each position's key the attention it has received so far, times a learnt vector: score(q, k_j + c_j w),
// where c_j is the sum of the weights of position j in the steps before. With additive attention this is v . tanh(W1 q + W2 h_j +
// w c_j), See et al. 2017, equation 11; with dot and general attention it adds c_j (q . w), scaled as they are, to the score.
// Parameter: weight [key dim], initially zero, so that attention starts as without coverage.
class Coverage : public nn::Module {
 public:
  Coverage(const nn::Owner& parent, const std::string& name, std::int64_t key_dim);

  // Takes memory.keys [rows, time, key dim] and received [rows, time]; returns the memory with the changed keys.
  nn::Memory operator()(const nn::Memory& memory, const Variable& received) const;

  void reset_parameters(const nn::init::Preset& preset, Generator& generator) override;

  nn::Parameter weight;
};

}  // namespace weft
