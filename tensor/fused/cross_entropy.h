// Cross-entropy from logits.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// How the losses of the examples are combined: their mean over the examples that count, their sum, or not at all.
enum class Reduction { mean, sum, none };

struct CrossEntropyOptions {
  std::int64_t ignore_index = -100;  // examples with this target do not count
  Tensor class_weights = {};         // [classes], of the logits' dtype; undefined means 1 for each
  double label_smoothing = 0;        // 0..1: this share of each target is spread evenly over all classes
  Reduction reduction = Reduction::mean;
};

// Returns the loss of each example for its target class:
//     loss = -sum_j t_j log softmax(logits)_j,  t_j = w_j ((1 - smoothing) [j = target] + smoothing / classes).
// logits [..., classes] f32 or f64, targets [...] i64. `mean` is the sum of the losses divided by the sum of the weights w of the
// targets (without weights: the number of examples that count); it is 0 if no example counts. `none` gives [...], with 0 for
// examples that do not count. Sums run only over the examples that count, so that padding with the ignored index changes no bit.
// Throws ShapeError, DtypeError, ValueError for a smoothing outside 0..1, IndexError for a target outside 0..classes-1.
Tensor cross_entropy(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options = {},
                     Where caller = Where::here());

// Throws the errors above for scores x of a loss named `op`, whose messages call them `scores`.
void check_cross_entropy(const char* op, const char* scores, const Tensor& x, const Tensor& targets,
                         const CrossEntropyOptions& options, Where caller);

// What the gradient needs besides the arguments.
struct CrossEntropyResult {
  Tensor loss;
  // [examples] each: the largest logit, and log(sum exp(logit - largest)). They are kept apart, because a small log_total would
  // be lost in their sum, logsumexp.
  Tensor largest, log_total;
  double divisor = 1;  // the divisor of `mean`
};
CrossEntropyResult cross_entropy_forward(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options,
                                         Where caller);

// Returns the gradient with respect to the logits, softmax minus t, times the gradient of the loss: in one pass, without storing
// probabilities. It is written to `into` if that is defined, which may be the logits themselves.
Tensor cross_entropy_backward(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options,
                              const CrossEntropyResult& result, const Tensor& gradient, Tensor into = {});

// Returns the t_j above, [examples, classes], in the given dtype; zeros for examples that do not count. The arguments must have
// passed check_cross_entropy.
Tensor target_weights(const Tensor& targets, std::int64_t classes, DType dtype, const CrossEntropyOptions& options);

}  // namespace weft
