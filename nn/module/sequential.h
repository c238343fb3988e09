// Sequential: layers one after the other.
#pragma once

#include <weft/nn/module/any_module.h>
#include <weft/nn/module/layer_vector.h>

namespace weft::nn {

// A function of one Variable, such as tanh, as a layer; it has no parameters.
class Function : public Module {
 public:
  explicit Function(std::function<Variable(const Variable&)> function) : function_(std::move(function)) {}
  Variable operator()(const Variable& x, Where caller = Where::here()) const {
    LayerScope scope(*this, caller);
    return function_(x);
  }

 private:
  std::function<Variable(const Variable&)> function_;
};

// Calls its layers in turn, each with the result of the one before. A layer is any module that maps a Variable to a Variable,
// made with nn::root, or a function that does; their paths are "0", "1", ... below its own. Copies are deep.
//
//     nn::Sequential layers{this, "layers", nn::Linear(nn::root, 64, 128), [](const Variable& x) { return tanh(x); },
//                           nn::Dropout(nn::root, 0.1), nn::Linear(nn::root, 128, 10)};
class Sequential : public Module {
 public:
  template <class... Layers>
  Sequential(const Owner& parent, const std::string& name, Layers... layers) : Module(parent, name) {
    (push_back(std::move(layers)), ...);
  }
  template <class... Layers>
  explicit Sequential(const Standalone& root, Layers... layers) : Sequential(Owner(root), "", std::move(layers)...) {}

  Sequential(const Sequential&) = default;
  Sequential(Sequential&&) = default;
  Sequential& operator=(const Sequential& other);
  Sequential& operator=(Sequential&& other);

  template <class Layer>
  requires std::is_invocable_r_v<Variable, const Layer&, const Variable&>
  void push_back(Layer layer) {
    if constexpr (std::is_base_of_v<Module, Layer>)
      add(AnyModule<Module>(std::move(layer)), call<Layer>);
    else
      push_back(Function(std::move(layer)));
  }

  Variable operator()(const Variable& x, Where caller = Where::here()) const;

  std::int64_t size() const { return std::ssize(steps_); }

 protected:
  void for_each_dynamic_child(const std::function<void(Module&)>& visit) override;

 private:
  using Call = Variable (*)(const Module& layer, const Variable& x);
  struct Step {
    AnyModule<Module> layer;
    Call call;
  };
  template <class Layer>
  static Variable call(const Module& layer, const Variable& x) {
    return static_cast<const Layer&>(layer)(x);
  }
  void add(AnyModule<Module> layer, Call call);
  void name(std::size_t i);

  std::vector<Step> steps_;
};

}  // namespace weft::nn
