#include <weft/optim/detail/update_ops.h>
#include <weft/optim/weight_average.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>

namespace weft::optim {

WeightAverage::WeightAverage(std::vector<Variable> parameters, double decay, Where caller)
    : parameters_(std::move(parameters)), decay_(decay) {
  check<ValueError>(decay >= 0 && decay < 1, caller, "weight_average: decay is ", decay, ", outside 0 <= decay < 1");
  const CallScope scope(caller);
  for (const Variable& parameter : parameters_)
    check<ValueError>(parameter.defined(), caller, "weight_average: a parameter is undefined");
  for (const Variable& parameter : parameters_) averages_.push_back(clone(parameter.tensor()));
}

void WeightAverage::update() {
  const auto t = static_cast<double>(++updates_);
  const double weight = 1 - std::min(decay_, (1 + t) / (10 + t));
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    average_op.update({averages_[i]}, averages_[i], parameters_[i].tensor(), weight);
}

void WeightAverage::swap() {
  for (std::size_t i = 0; i < parameters_.size(); ++i) std::swap(parameters_[i].tensor(), averages_[i]);
}

}  // namespace weft::optim
