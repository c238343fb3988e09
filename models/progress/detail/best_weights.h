// BestWeights: a copy of a model's best weights so far.
#pragma once

#include <weft/models/progress/history.h>
#include <weft/nn/module/module.h>

#include <optional>

namespace weft::detail {

class BestWeights {
 public:
  // Allocates its memory now, so that no later epoch needs more memory than the first.
  explicit BestWeights(nn::Module& model);

  // Copies the weights if their rank is above all previous ones, and returns whether it was. A first rank that is NaN is replaced
  // by whatever rank comes next.
  bool observe(const Scores::Rank& rank);
  // Returns whether weights of this rank would be copied.
  bool is_better(const Scores::Rank& rank) const;
  // Copies the best weights, if there are any, back to the model.
  void restore() const;

  const std::optional<Scores::Rank>& rank() const { return rank_; }
  void set_rank(const Scores::Rank& rank) { rank_ = rank; }
  // Returns the copies in the order of the model's parameters. They can be saved, and loaded through the tensors.
  const std::vector<Tensor>& weights() const { return weights_; }

 private:
  std::vector<nn::Parameter*> parameters_;
  std::vector<Tensor> weights_;
  std::optional<Scores::Rank> rank_;
};

}  // namespace weft::detail
