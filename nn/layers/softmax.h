// Softmax as a layer.
#pragma once

#include <weft/nn/module/module.h>

namespace weft::nn {

// y_i = exp(x_i) / sum_j exp(x_j) along an axis: x of any shape, f32 or f64 -> the same shape. Throws IndexError for an axis that
// x does not have, DtypeError.
class Softmax : public Module {
 public:
  Softmax(const Owner& parent, const std::string& name, int axis = -1) : Module(parent, name), axis_(axis) {}
  explicit Softmax(const Standalone& root, int axis = -1) : Softmax(Owner(root), "", axis) {}

  Variable operator()(const Variable& x, Where caller = Where::here()) const;

 private:
  int axis_;
};

}  // namespace weft::nn
