#include <weft/optim/optimizer.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/math.h>

namespace weft::optim {

void Optimizer::add(const std::vector<Variable>& parameters, GroupOptions options, Where where) {
  for (const Variable& parameter : parameters) {
    check<GradError>(parameter.is_leaf(), where, name(), ": a parameter is no leaf that requires a gradient");
    entries_.push_back({parameter, options, {}});
  }
}

void Optimizer::step() {
  ++steps_;
  const std::size_t slot_count = slots().size();
  for (Entry& entry : entries_) {
    Variable gradient = entry.parameter.grad();
    if (!gradient.defined()) continue;
    Tensor& parameter = entry.parameter.tensor();
    while (entry.slots.size() < slot_count) entry.slots.push_back(zeros(parameter.shape(), parameter.dtype()));
    update(parameter, gradient.tensor(), entry.slots, learning_rate_ * entry.options.learning_rate_scale,
           entry.options.weight_decay.value_or(weight_decay_));
  }
}

void Optimizer::zero_grad() {
  for (Entry& entry : entries_) entry.parameter.zero_grad();
}

std::map<std::string, Tensor> Optimizer::state() const {
  std::map<std::string, Tensor> state;
  std::vector<std::string> names = slots();
  for (std::size_t i = 0; i < entries_.size(); ++i)
    for (std::size_t j = 0; j < entries_[i].slots.size(); ++j) state[std::to_string(i) + "." + names[j]] = entries_[i].slots[j];
  return state;
}

void Optimizer::load_state(const std::map<std::string, Tensor>& state, std::int64_t steps) {
  std::vector<std::vector<Tensor>> loaded(entries_.size());
  std::size_t used = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Tensor& parameter = entries_[i].parameter.tensor();
    for (const std::string& slot : slots()) {
      auto found = state.find(std::to_string(i) + "." + slot);
      if (found == state.end()) continue;
      require<FormatError>(found->second.shape() == parameter.shape() && found->second.dtype() == parameter.dtype(), name(),
                           " state ", found->first, ": is ", describe(found->second), ", the parameter is ", describe(parameter));
      loaded[i].push_back(weft::clone(found->second));
      ++used;
    }
    require<FormatError>(loaded[i].empty() || loaded[i].size() == slots().size(), name(), " state: parameter ", i,
                         " lacks a slot");
  }
  require<FormatError>(used == state.size(), name(), " state: ", state.size() - used, " entries belong to no parameter");
  for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].slots = std::move(loaded[i]);
  steps_ = steps;
}

Tensor with_decay(const Tensor& gradient, const Tensor& parameter, double decay) {
  return decay == 0 ? gradient : gradient + parameter * decay;
}

}  // namespace weft::optim
