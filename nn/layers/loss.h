// Losses as objects, for a Trainer: each maps predictions and targets to one number.
#pragma once

#include <weft/autograd/basics/math.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/losses/loss.h>

namespace weft::nn {

// Cross-entropy from logits: see weft::cross_entropy for the formula and the options.
class CrossEntropy {
 public:
  explicit CrossEntropy(CrossEntropyOptions options = {}) : options_(std::move(options)) {}
  // logits [.., classes], targets [..], i64 -> []. Throws as cross_entropy does.
  Variable operator()(const Variable& logits, const Tensor& targets, Where caller = Where::here()) const {
    return cross_entropy(logits, targets, options_, caller);
  }

  const CrossEntropyOptions& options() const { return options_; }
  // Returns the loss used to evaluate a model: without label smoothing, which only helps training.
  CrossEntropy for_evaluation() const {
    CrossEntropyOptions plain = options_;
    plain.label_smoothing = 0;
    return CrossEntropy(plain);
  }
  // Returns the same loss, combined in another way.
  CrossEntropy with_reduction(Reduction reduction) const {
    CrossEntropyOptions other = options_;
    other.reduction = reduction;
    return CrossEntropy(other);
  }

 private:
  CrossEntropyOptions options_;
};

// The mean of (x - y)^2 over all elements: prediction and target of one shape and dtype -> []; with Reduction::none each
// element's own. Throws ShapeError, DtypeError.
struct MSE {
  Reduction reduction = Reduction::mean;

  Variable operator()(const Variable& prediction, const Tensor& target, Where caller = Where::here()) const {
    return mse_loss(prediction, target, reduction, caller);
  }
  MSE with_reduction(Reduction other) const { return {other}; }
  // Returns the predictions of a model with these outputs: the outputs themselves.
  Tensor predictions(const Tensor& outputs) const { return outputs; }
};

// The Kullback-Leibler divergence of softmax(logits) from target distributions: see kl_div_loss. logits and targets [.., classes]
// have the same shape and dtype -> []; with Reduction::none each row's own, [..]. Throws ShapeError, DtypeError.
struct KLDiv {
  Reduction reduction = Reduction::mean;

  Variable operator()(const Variable& logits, const Tensor& target, Where caller = Where::here()) const {
    return kl_div_loss(log_softmax(logits, -1, caller), target, reduction, caller);
  }
  KLDiv with_reduction(Reduction other) const { return {other}; }
};

// Binary cross-entropy from logits, the mean over all elements: logits and targets, which are in 0 .. 1, have the same shape and
// dtype -> []; with Reduction::none each element's own. Throws ShapeError, DtypeError.
struct BCEWithLogits {
  Reduction reduction = Reduction::mean;

  Variable operator()(const Variable& logits, const Tensor& target, Where caller = Where::here()) const {
    return binary_cross_entropy_with_logits(logits, target, reduction, caller);
  }
  BCEWithLogits with_reduction(Reduction other) const { return {other}; }
  // Returns sigmoid(logits).
  Tensor predictions(const Tensor& logits) const { return sigmoid(logits); }
};

}  // namespace weft::nn
