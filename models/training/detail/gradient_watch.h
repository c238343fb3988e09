// GradientWatch: finds weights that a training leaves as they are.
#pragma once

#include <weft/autograd/graph/detail/graph_leaves.h>
#include <weft/models/training/fit_options.h>
#include <weft/nn/module/module.h>

namespace weft::detail {

// What prefixes of parameters' paths may be: of "encoder.lstm" "encoder" and the whole.
std::vector<std::string> path_beginnings(nn::Module& model);

// Looks at the graphs of a training's first epoch for leaves that are no parameters: a layer that was made with nn::root, a
// leaf() that is used as a weight. And at the gradients of that epoch, if it is whole, for parameters that get none. Costs
// nothing later.
class GradientWatch {
 public:
  // `trained` are the optimizer's. Throws ValueError when an entry of without_gradient is the beginning of no
  // parameter's path.
  GradientWatch(nn::Module& model, const std::vector<Variable>& trained, const FitOptions& options, Where where);

  // Before the backward pass of a batch.
  void see_graph(const Variable& loss);
  // Before the step of an update, when its graphs are gone. Throws GradError for a leaf that is there as long as a weight is.
  void see_gradients();
  // After an epoch, which was seen from its first update if it is `whole`. Throws GradError for parameters without a gradient.
  void end_epoch(bool whole);

 private:
  void check_strangers();

  nn::Module& model_;
  Where where_;
  bool gradients_seen_ = false, ended_ = false;
  std::vector<const VariableState*> known_;  // leaves that may get gradients, sorted
  std::vector<GraphLeaf> strangers_;         // other leaves of this update's graphs
  std::vector<Variable> without_;            // parameters that got no gradient so far
};

}  // namespace weft::detail
