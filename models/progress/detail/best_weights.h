// BestWeights: a copy of a model's weights at its best so far.
#pragma once

#include <weft/models/progress/history.h>
#include <weft/nn/module/module.h>

#include <optional>

namespace weft {

class BestWeights {
 public:
  // Takes its memory now, so that no later epoch takes more than the first.
  explicit BestWeights(nn::Module& model);

  // Takes the weights when their rank is above all before; says whether it was. A NaN is followed by whatever comes.
  bool observe(const Scores::Rank& rank);
  // Whether weights of this rank would be taken.
  bool is_better(const Scores::Rank& rank) const;
  // Gives the best weights back to the model, if there are any.
  void restore() const;

  const std::optional<Scores::Rank>& rank() const { return rank_; }
  void set_rank(const Scores::Rank& rank) { rank_ = rank; }
  // In the order of the model's parameters: to save and, through the tensors, to load.
  const std::vector<Tensor>& weights() const { return weights_; }

 private:
  std::vector<nn::Parameter*> parameters_;
  std::vector<Tensor> weights_;
  std::optional<Scores::Rank> rank_;
};

}  // namespace weft
