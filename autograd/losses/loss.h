// Losses as functions; each is a mean over what counts. Prediction and target have the same floating dtype, except for targets
// that are classes. With Reduction::sum they are the sum of what the mean is taken of, with Reduction::none the numbers
// themselves.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/cross_entropy.h>

namespace weft {

// The mean of (x - y)^2 over all elements; the shapes must be equal. Throws ShapeError, DtypeError.
Variable mse_loss(const Variable& prediction, const Variable& target, Reduction reduction = Reduction::mean,
                  Where caller = Where::here());

// The mean of -(y log p + (1 - y) log(1 - p)) over all elements, for probabilities p and targets y in 0..1. As in PyTorch,
// logarithms are clamped to -100 from below. Throws ShapeError, DtypeError.
Variable binary_cross_entropy(const Variable& probabilities, const Variable& target, Reduction reduction = Reduction::mean,
                              Where caller = Where::here());

// The same for logits x, without overflow, for targets y in 0..1: y softplus(-x) + (1 - y) softplus(x).
Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target, Reduction reduction = Reduction::mean,
                                          Where caller = Where::here());

// The sum of -w_t log p_t over the targets that count, divided by the sum of their weights w: log_probabilities [.., classes],
// targets [..] i64. Label smoothing mixes in the mean over classes, as in cross_entropy. Throws ShapeError, DtypeError,
// IndexError, ValueError.
Variable nll_loss(const Variable& log_probabilities, const Tensor& targets, const CrossEntropyOptions& options = {},
                  Where caller = Where::here());

// The Kullback-Leibler divergence of distributions from targets: the mean over all rows of the sum over classes of t (log t - log
// p), log_probabilities and target [.., classes] of one floating dtype -> []; with Reduction::none those of the rows, [..]. 0 log
// 0 is 0, and where t is 0, log p may be -inf. For [batch, classes] it is PyTorch's kl_div with the reduction batchmean. Kullback
// & Leibler 1951, On information and sufficiency. Throws ShapeError, DtypeError.
Variable kl_div_loss(const Variable& log_probabilities, const Variable& target, Reduction reduction = Reduction::mean,
                     Where caller = Where::here());

// Cross-entropy from probabilities, as in Keras's sparse_categorical_crossentropy: they are scaled to sum to 1 and clamped to
// [1e-7, 1 - 1e-7].
Variable cross_entropy_from_probabilities(const Variable& probabilities, const Tensor& targets,
                                          const CrossEntropyOptions& options = {}, Where caller = Where::here());

}  // namespace weft
