// BestWeights: a copy of a model's weights at its best so far.
#pragma once

#include <weft/nn/module.h>

#include <optional>

namespace weft {

class BestWeights {
 public:
  // Takes its memory now, so that no later epoch takes more than the first.
  explicit BestWeights(nn::Module& model);

  // Takes the weights when the score is larger than all before; says whether it was. A NaN is taken, so that nobody waits for it.
  bool observe(double score);
  // Gives the best weights back to the model, if there are any.
  void restore() const;

  std::optional<double> score() const { return score_; }
  void set_score(std::optional<double> score) { score_ = score; }
  // In the order of the model's parameters: to save and, through the tensors, to load.
  const std::vector<Tensor>& weights() const { return weights_; }

 private:
  std::vector<nn::Parameter*> parameters_;
  std::vector<Tensor> weights_;
  std::optional<double> score_;
};

}  // namespace weft
