// A model's parameters as optimizers take them.
#pragma once

#include <weft/nn/module/module.h>

#include <vector>

namespace weft::nn {

// Returns the variables of all parameters of a model, in the order of Module::parameters(), for optimizers and for clipping.
inline std::vector<Variable> variables(Module& model) {
  std::vector<Variable> all;
  for (Parameter* parameter : model.parameters()) all.push_back(parameter->variable());
  return all;
}

}  // namespace weft::nn
