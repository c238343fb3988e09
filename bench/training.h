// The training step of a workload.
#pragma once

#include "workload.h"

#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>

namespace bench {

// Zeroes the gradients, runs forward, cross-entropy, backward and Adam, and reads the loss. The batches are used in rotation.
template <class Setup>
class Training {
 public:
  explicit Training(Setup& setup) : setup_(setup) {
    std::vector<weft::Variable> parameters;
    for (weft::nn::Parameter* parameter : setup.model.parameters()) parameters.push_back(parameter->variable());
    adam_.add(parameters);
  }

  // logits(i) returns those of batch i.
  template <class Logits>
  double step(Logits logits) {
    std::size_t i = steps_++ % kBatches;
    adam_.zero_grad();
    weft::Variable value = loss_(logits(i), setup_.targets(i));
    value.backward();
    adam_.step();
    return value.item();
  }
  double step() {
    return step([this](std::size_t i) { return setup_.logits(i); });
  }

 private:
  Setup& setup_;
  weft::optim::Adam adam_;
  weft::nn::CrossEntropy loss_;
  std::size_t steps_ = 0;
};

}  // namespace bench
