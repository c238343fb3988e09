#include <weft/models/progress/detail/best_weights.h>
#include <weft/tensor/array/copy.h>

#include <cmath>

namespace weft::detail {

BestWeights::BestWeights(nn::Module& model) : parameters_(model.parameters()) {
  for (nn::Parameter* parameter : parameters_) weights_.push_back(clone(parameter->tensor()));
}

bool BestWeights::is_better(const Scores::Rank& rank) const { return !rank_ || rank > *rank_ || std::isnan((*rank_)[0]); }

bool BestWeights::observe(const Scores::Rank& rank) {
  if (!is_better(rank)) return false;
  rank_ = rank;
  for (std::size_t i = 0; i < weights_.size(); ++i) copy_to(weights_[i], parameters_[i]->tensor());
  return true;
}

void BestWeights::restore() const {
  if (!rank_) return;
  for (std::size_t i = 0; i < weights_.size(); ++i) copy_to(parameters_[i]->tensor(), weights_[i]);
}

}  // namespace weft::detail
