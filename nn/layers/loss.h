// Losses as objects, for a Trainer: each takes predictions and targets to one number.
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
  Variable operator()(const Variable& logits, const Tensor& targets, Where where = Where::here()) const {
    return cross_entropy(logits, targets, options_, where);
  }

  const CrossEntropyOptions& options() const { return options_; }
  // The loss to score a model by: without label smoothing, which is a means of training.
  CrossEntropy for_evaluation() const {
    CrossEntropyOptions plain = options_;
    plain.label_smoothing = 0;
    return CrossEntropy(plain);
  }

 private:
  CrossEntropyOptions options_;
};

// The mean of (x - y)^2 over all elements: prediction and target of one shape and dtype -> []. Throws ShapeError, DtypeError.
struct MSE {
  Variable operator()(const Variable& prediction, const Tensor& target, Where where = Where::here()) const {
    return mse_loss(prediction, target, where);
  }
  // What a model predicts whose outputs the loss takes: the outputs.
  Tensor predictions(const Tensor& outputs) const { return outputs; }
};

// How far softmax(logits) is from target distributions, by Kullback-Leibler: see kl_div_loss. logits and targets [.., classes] of
// one shape and dtype -> []. Throws ShapeError, DtypeError.
struct KLDiv {
  Variable operator()(const Variable& logits, const Tensor& target, Where where = Where::here()) const {
    return kl_div_loss(log_softmax(logits, -1, where), target, where);
  }
};

// Binary cross-entropy from logits, the mean over all elements: logits and targets, 0 .. 1, of one shape and dtype -> []. Throws
// ShapeError, DtypeError.
struct BCEWithLogits {
  Variable operator()(const Variable& logits, const Tensor& target, Where where = Where::here()) const {
    return binary_cross_entropy_with_logits(logits, target, where);
  }
  // sigmoid(logits).
  Tensor predictions(const Tensor& logits) const { return sigmoid(logits); }
};

}  // namespace weft::nn
