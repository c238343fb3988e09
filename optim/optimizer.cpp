#include <weft/optim/optimizer.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/detail/row_parts.h>
#include <weft/tensor/indexing/detail/row_range.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace weft::optim {

Optimizer::Optimizer(const Optimizer& other)
    : learning_rate_(other.learning_rate_),
      weight_decay_(other.weight_decay_),
      steps_(other.steps_),
      entries_(other.entries_),
      part_(other.part_),
      parts_(other.parts_) {
  for (Entry& entry : entries_)
    for (Tensor& slot : entry.slots) slot = weft::clone(slot);
}

void Optimizer::add(const std::vector<Variable>& parameters, GroupOptions options, Where caller) {
  const double scale = options.learning_rate_scale, decay = options.weight_decay.value_or(0);
  check<ValueError>(scale >= 0 && decay >= 0 && std::isfinite(scale) && std::isfinite(decay), caller, name(),
                    ": a group's learning_rate_scale ", scale, " and weight_decay ", decay, " must be finite and not negative");
  for (const Variable& parameter : parameters) {
    check<ValueError>(parameter.defined(), caller, name(), ": a parameter is undefined");
    check<GradError>(parameter.is_leaf(), caller, name(), ": a parameter is not a leaf");
    bool known = std::any_of(entries_.begin(), entries_.end(),
                             [&](const Entry& entry) { return entry.parameter.state() == parameter.state(); });
    check<ValueError>(!known, caller, name(), ": a parameter ", describe(parameter.tensor()), " was added before");
    entries_.push_back({parameter, options});
  }
}

void Optimizer::set_learning_rate(double rate, Where caller) {
  check<ValueError>(rate >= 0 && std::isfinite(rate), caller, name(), ": the learning rate is ", rate,
                    ", not a finite number of at least 0");
  learning_rate_ = rate;
}

// A parameter that was converted since its last step keeps its state, converted too; one with a new shape starts anew.
void Optimizer::fit_state(Entry& entry) const {
  if (entry.slots.empty()) return;
  const Tensor parameter = own_rows(entry.parameter.tensor());
  if (entry.slots[0].shape() != parameter.shape()) {
    entry.slots.clear();
    entry.steps = 0;
  }
  for (Tensor& slot : entry.slots)
    if (slot.dtype() != parameter.dtype()) slot = cast(slot, parameter.dtype());
}

void Optimizer::step(Where caller) {
  check<ValueError>(!entries_.empty(), caller, name(),
                    ": step() was called before add(), so that there are no parameters to update");
  ++steps_;
  const std::size_t slot_count = slots().size();
  for (Entry& entry : entries_) {
    if (!entry.parameter.has_grad()) continue;
    Tensor& parameter = entry.parameter.tensor();
    fit_state(entry);
    while (entry.slots.size() < slot_count) entry.slots.push_back(zeros(own_rows(parameter).shape(), parameter.dtype()));
    const Step step{.rate = learning_rate_ * entry.options.learning_rate_scale,
                    .weight_decay = entry.options.weight_decay.value_or(weight_decay_),
                    .count = ++entry.steps};
    if (parts_ > 1)
      step_part(entry, step);
    else if (const RowSparse rows = entry.parameter.grad_rows(); rows.defined())
      update_by_rows(parameter, rows, entry.slots, step);
    else
      update(parameter, entry.parameter.grad().tensor(), entry.slots, step);
  }
}

// Returns the rows that this optimizer changes, as a matrix; with all rows, x itself.
Tensor Optimizer::own_rows(const Tensor& x) const {
  return parts_ == 1 ? x : rows_in(x, part_of(rows_of(x.shape()), part_, parts_));
}

void Optimizer::step_part(Entry& entry, const Step& step) {
  Tensor parameter = own_rows(entry.parameter.tensor());
  if (parameter.numel() == 0) return;
  const RowSparse gradient = entry.parameter.grad_rows();
  if (!gradient.defined()) return update(parameter, own_rows(entry.parameter.grad().tensor()), entry.slots, step);
  update_by_rows(parameter, row_range(gradient, part_of(gradient.count, part_, parts_)), entry.slots, step);
}

void Optimizer::restrict_to_part(int part, int parts) {
  require<ValueError>(part >= 0 && part < parts, name(), ": there is no part ", part, " of ", parts);
  const bool whole = parts_ == 1;
  part_ = part;
  parts_ = parts;
  for (Entry& entry : entries_) {
    if (!whole) entry.slots.clear(), entry.steps = 0;
    for (Tensor& slot : entry.slots) slot = weft::clone(own_rows(slot));
  }
}

std::vector<Variable> Optimizer::parameters() const {
  std::vector<Variable> all;
  for (const Entry& entry : entries_) all.push_back(entry.parameter);
  return all;
}

void Optimizer::update_by_rows(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) {
  update(parameter, to_dense(gradient), slots, step);
}

void Optimizer::zero_grad() {
  for (Entry& entry : entries_) entry.parameter.zero_grad();
}

std::map<std::string, Tensor> Optimizer::state() const {
  std::map<std::string, Tensor> state;
  const std::vector<std::string> names = slots();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].slots.empty()) continue;
    const std::string prefix = std::to_string(i) + ".";
    for (std::size_t j = 0; j < names.size(); ++j) state[prefix + names[j]] = weft::clone(entries_[i].slots[j]);
    state[prefix + "steps"] = tensor(std::vector{entries_[i].steps}, Shape());
  }
  return state;
}

void Optimizer::load_state(const std::map<std::string, Tensor>& state, std::int64_t steps) {
  require<FormatError>(steps >= 0, name(), " state: ", steps, " steps");
  std::vector<Entry> loaded = entries_;
  std::set<std::string> unknown;
  for (const auto& [key, value] : state) unknown.insert(key);
  const std::vector<std::string> names = slots();
  for (std::size_t i = 0; i < loaded.size(); ++i) {
    Entry& entry = loaded[i];
    entry.slots.clear();
    entry.steps = 0;
    const std::string prefix = std::to_string(i) + ".";
    auto has = [&](const std::string& slot) { return state.contains(prefix + slot); };
    if (!has("steps") && std::none_of(names.begin(), names.end(), has)) continue;
    auto take = [&](const std::string& slot, const Shape& shape, DType dtype) {
      auto found = state.find(prefix + slot);
      require<FormatError>(found != state.end(), name(), " state: parameter ", i, " lacks ", prefix, slot);
      require<FormatError>(found->second.shape() == shape && found->second.dtype() == dtype, name(), " state ", found->first,
                           ": is ", describe(found->second), ", not ", shape, " ", dtype);
      unknown.erase(found->first);
      return weft::clone(found->second);
    };
    const Tensor& parameter = entry.parameter.tensor();
    for (const std::string& slot : names) entry.slots.push_back(take(slot, own_rows(parameter).shape(), parameter.dtype()));
    entry.steps = *take("steps", Shape(), DType::i64).data<std::int64_t>();
    require<FormatError>(entry.steps >= 0 && entry.steps <= steps, name(), " state ", prefix, "steps: is ", entry.steps,
                         ", not from 0 to the optimizer's ", steps, " steps");
  }
  require<FormatError>(unknown.empty(), name(), " state: ", unknown.empty() ? "" : *unknown.begin(), " belongs to no parameter");
  entries_ = std::move(loaded);
  steps_ = steps;
}

void check_not_negative(const char* optimizer, std::initializer_list<std::pair<const char*, double>> options) {
  for (const auto& [name, value] : options)
    require<ValueError>(value >= 0 && std::isfinite(value), optimizer, ": ", name, " is ", value, ", not ",
                        value >= 0 ? "finite" : "0 or above");
}

Tensor with_decay(const Tensor& gradient, const Tensor& parameter, double decay) {
  return decay == 0 ? gradient : gradient + parameter * decay;
}

}  // namespace weft::optim
