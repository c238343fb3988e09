// Evaluating: a scope in which a model runs without being trained.
#pragma once

#include <weft/autograd/graph/grad_mode.h>
#include <weft/nn/module/module.h>

namespace weft::detail {

// Puts the model into eval mode, builds no graph, and restores the model's mode at the end.
class Evaluating {
 public:
  explicit Evaluating(nn::Module& model) : model_(model), training_(model.training()) { model.eval(); }
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;
  ~Evaluating() { model_.train(training_); }

 private:
  const NoGrad no_grad_;
  nn::Module& model_;
  bool training_;
};

// The most tokens of a batch, padding included: one long example must not pad many short ones.
inline constexpr std::int64_t kMostTokens = 1 << 16;

}  // namespace weft::detail
