// ModuleList: layers of one type, whose number is only known at run time.
#pragma once

#include <weft/nn/module/layer_vector.h>
#include <weft/nn/module/module.h>

namespace weft::nn {

// Layers of one type, with the paths "0", "1", ... below its own. Copies are deep.
//
//     nn::ModuleList<nn::Linear> layers{this, "layers"};
//     for (int i = 0; i < depth; ++i) layers.push_back(nn::Linear(nn::root, 64, 64));
template <class Layer>
class ModuleList : public Module {
 public:
  ModuleList(const Owner& parent, const std::string& name) : Module(parent, name) {}
  explicit ModuleList(const Standalone& root) : ModuleList(Owner(root), "") {}
  ModuleList(const ModuleList&) = default;
  ModuleList(ModuleList&&) = default;
  ModuleList& operator=(const ModuleList& other) {
    Module::operator=(other);
    assign_layers(layers_, other.layers_);
    for (std::int64_t i = 0; i < size(); ++i) name(i);
    return *this;
  }
  ModuleList& operator=(ModuleList&& other) {
    ModuleList taken(std::move(other));
    Module::operator=(taken);
    assign_layers(layers_, std::move(taken.layers_));
    for (std::int64_t i = 0; i < size(); ++i) name(i);
    return *this;
  }

  // `layer` must have been made with nn::root.
  void push_back(Layer layer) {
    layers_.push_back(std::move(layer));
    name(size() - 1);
  }

  std::int64_t size() const { return std::ssize(layers_); }
  // Throws IndexError outside 0 .. size-1.
  Layer& at(std::int64_t i, Where caller = Where::here()) { return layers_[checked(i, caller)]; }
  const Layer& at(std::int64_t i, Where caller = Where::here()) const { return layers_[checked(i, caller)]; }
  auto begin() { return layers_.begin(); }
  auto end() { return layers_.end(); }
  auto begin() const { return layers_.begin(); }
  auto end() const { return layers_.end(); }

 protected:
  void for_each_dynamic_child(const std::function<void(Module&)>& visit) override {
    for (Layer& layer : layers_) visit(layer);
  }

 private:
  void name(std::int64_t i) {
    layers_[static_cast<std::size_t>(i)].move_under(path().empty() ? std::to_string(i) : path() + "." + std::to_string(i));
  }
  std::size_t checked(std::int64_t i, Where caller) const {
    check<IndexError>(i >= 0 && i < size(), caller, "module list: index ", i, " is outside 0 .. ", size() - 1);
    return static_cast<std::size_t>(i);
  }

  std::vector<Layer> layers_;
};

}  // namespace weft::nn
