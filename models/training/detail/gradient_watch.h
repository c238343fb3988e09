// GradientWatch: finds weights that training does not change.
#pragma once

#include <weft/autograd/graph/detail/graph_leaves.h>
#include <weft/models/training/fit_options.h>
#include <weft/nn/module/module.h>

namespace weft::detail {

// Returns the possible prefixes of parameters' paths: "encoder" and "encoder.lstm" for "encoder.lstm".
std::vector<std::string> path_beginnings(nn::Module& model);

// Inspects the graphs of a training's first epoch for leaves that are not parameters: a layer that was made with nn::root, or a
// leaf() used as a weight. Also inspects the gradients of that epoch, if it is whole, for parameters that get none. Later epochs
// cost nothing.
class GradientWatch {
 public:
  // `trained` are the optimizer's parameters. Throws ValueError if an entry of without_gradient is not the beginning of any
  // parameter's path.
  GradientWatch(nn::Module& model, const std::vector<Variable>& trained, const FitOptions& options, Where caller);

  // Call this before the backward pass of a batch.
  void see_graph(const Variable& loss);
  // Call this before the step of an update, when its graphs are gone. Throws GradError for a leaf that lives as long as a weight
  // does.
  void see_gradients();
  // Call this after an epoch; `whole` means that it was seen from its first update. Throws GradError for parameters without a
  // gradient.
  void end_epoch(bool whole);

 private:
  void check_strangers();

  nn::Module& model_;
  Where caller_;
  bool gradients_seen_ = false, ended_ = false;
  std::vector<const VariableState*> known_;  // leaves that may get gradients, sorted
  std::vector<GraphLeaf> strangers_;         // other leaves of this update's graphs
  std::vector<Variable> without_;            // parameters that got no gradient so far
};

}  // namespace weft::detail
