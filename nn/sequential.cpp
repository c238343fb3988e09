#include <weft/nn/sequential.h>

namespace weft::nn {

void Sequential::add(AnyModule<Module> layer, Call call) {
  std::string name = std::to_string(size());
  layer->move_under(path().empty() ? name : path() + "." + name);
  steps_.push_back({std::move(layer), call});
}

Variable Sequential::operator()(const Variable& x, Where where) const {
  LayerScope scope(*this, where);
  Variable result = x;
  for (const Step& step : steps_) result = step.call(*step.layer, result);
  return result;
}

void Sequential::for_each_dynamic_child(const std::function<void(Module&)>& visit) {
  for (Step& step : steps_) visit(*step.layer);
}

}  // namespace weft::nn
