// BestWeights: a copy of a model's weights at its best so far.
#pragma once

#include <weft/nn/module.h>

#include <array>
#include <optional>

namespace weft {

class BestWeights {
 public:
  // Takes its memory now, so that no later epoch takes more than the first.
  explicit BestWeights(nn::Module& model);

  // The scores count in their order: of two epochs with one accuracy the one with the lower loss is better.
  using Score = std::array<double, 2>;
  // Takes the weights when the score is larger than all before; says whether it was. A NaN is followed by whatever comes.
  bool observe(const Score& score);
  // Gives the best weights back to the model, if there are any.
  void restore() const;

  const std::optional<Score>& score() const { return score_; }
  void set_score(const Score& score) { score_ = score; }
  // In the order of the model's parameters: to save and, through the tensors, to load.
  const std::vector<Tensor>& weights() const { return weights_; }

 private:
  std::vector<nn::Parameter*> parameters_;
  std::vector<Tensor> weights_;
  std::optional<Score> score_;
};

}  // namespace weft
