// Cross-entropy from logits.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// How the losses of examples become one number: the mean over those that count, their sum, or not at all.
enum class Reduction { mean, sum, none };

struct CrossEntropyOptions {
  std::int64_t ignore_index = -100;  // examples with this target do not count
  Tensor class_weights = {};         // [classes], of the logits' dtype; undefined: 1 each
  double label_smoothing = 0;        // 0..1: this share of a target is spread evenly over all classes
  Reduction reduction = Reduction::mean;
};

// The loss of each example against the class that is its target:
//     loss = -sum_j t_j log softmax(logits)_j,  t_j = w_j ((1 - smoothing) [j = target] + smoothing / classes).
// logits [..., classes] f32 or f64, targets [...] i64. `mean` is the sum of losses over the sum of the targets' weights w
// (without weights: the number of examples that count); 0 when none counts. `none` gives [...], with 0 for examples that do not
// count. Sums run over the examples that count alone, so that padding with the ignored index changes no bit. Throws ShapeError,
// DtypeError, ValueError for a smoothing outside 0..1, IndexError for a target outside 0..classes-1.
Tensor cross_entropy(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options = {},
                     Where where = Where::here());

// Throws the errors above for scores x of a loss called `op`; `scores` is what it calls them.
void check_cross_entropy(const char* op, const char* scores, const Tensor& x, const Tensor& targets,
                         const CrossEntropyOptions& options, Where where);

// What the gradient needs beside the arguments.
struct CrossEntropyResult {
  Tensor loss;
  // [examples] each: the largest logit, and log(sum exp(logit - largest)). In their sum, logsumexp, a small total would be lost.
  Tensor largest, log_total;
  double divisor = 1;  // what `mean` divides by
};
CrossEntropyResult cross_entropy_forward(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options,
                                         Where where);

// The gradient by the logits, softmax minus t, times the loss's gradient: one pass, no probabilities are kept. Written into
// `into` where that is defined, which may be the logits themselves.
Tensor cross_entropy_backward(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options,
                              const CrossEntropyResult& result, const Tensor& gradient, Tensor into = {});

// The t_j above, [examples, classes], of the given dtype; zeros for examples that do not count. For arguments that
// check_cross_entropy has passed.
Tensor target_weights(const Tensor& targets, std::int64_t classes, DType dtype, const CrossEntropyOptions& options);

}  // namespace weft
