// WeightAverage: weights that follow the trained ones slowly, and often perform better.
#pragma once

#include <weft/autograd/graph/variable.h>

namespace weft::optim {

// After each step of the optimizer, a += (1 - d) (p - a) for every parameter p, with d = min(decay, (1 + t) / (10 + t)) in step t
// = 1, 2, ..., so that the first weights are soon forgotten. Polyak and Juditsky 1992; the start is that of TensorFlow's
// ExponentialMovingAverage.
class WeightAverage {
 public:
  // Starts with the parameters' values. Throws ValueError for a decay outside [0, 1).
  WeightAverage(std::vector<Variable> parameters, double decay, Where caller = Where::here());

  void update();
  // Swaps the parameters' values with their averages: once to evaluate or save the averages, again to continue training.
  void swap();

  // The averages, in the parameters' order, and the number of updates: to save and, through the tensors, to load.
  const std::vector<Tensor>& averages() const { return averages_; }
  std::int64_t updates() const { return updates_; }
  void set_updates(std::int64_t updates) { updates_ = updates; }

 private:
  std::vector<Variable> parameters_;
  std::vector<Tensor> averages_;
  double decay_;
  std::int64_t updates_ = 0;
};

}  // namespace weft::optim
