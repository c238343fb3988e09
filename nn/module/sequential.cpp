#include <weft/nn/module/sequential.h>

namespace weft::nn {

void Sequential::add(AnyModule<Module> layer, Call call) {
  steps_.push_back({std::move(layer), call});
  name(steps_.size() - 1);
}

void Sequential::name(std::size_t i) {
  std::string number = std::to_string(i);
  steps_[i].layer->move_under(path().empty() ? number : path() + "." + number);
}

Sequential& Sequential::operator=(const Sequential& other) {
  Module::operator=(other);
  assign_layers(steps_, other.steps_);
  for (std::size_t i = 0; i < steps_.size(); ++i) name(i);
  return *this;
}

Sequential& Sequential::operator=(Sequential&& other) {
  Sequential taken(std::move(other));
  Module::operator=(taken);
  assign_layers(steps_, std::move(taken.steps_));
  for (std::size_t i = 0; i < steps_.size(); ++i) name(i);
  return *this;
}

Variable Sequential::operator()(const Variable& x, Where caller) const {
  LayerScope scope(*this, caller);
  Variable result = x;
  for (const Step& step : steps_) result = step.call(*step.layer, result);
  return result;
}

void Sequential::for_each_dynamic_child(const std::function<void(Module&)>& visit) {
  for (Step& step : steps_) visit(*step.layer);
}

}  // namespace weft::nn
