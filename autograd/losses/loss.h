// Losses as functions, all means over what counts. Numbers that are compared have one floating dtype on both sides.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/cross_entropy.h>

namespace weft {

// The mean of (x - y)^2 over all elements; shapes are equal. Throws ShapeError, DtypeError.
Variable mse_loss(const Variable& prediction, const Variable& target, Where where = Where::here());

// The mean of -(y log p + (1 - y) log(1 - p)) over all elements, for probabilities p and targets y in 0..1. As in PyTorch,
// logarithms are held at -100 or above. Throws ShapeError, DtypeError.
Variable binary_cross_entropy(const Variable& probabilities, const Variable& target, Where where = Where::here());

// The same from logits x, without overflow, for targets y in 0..1: y softplus(-x) + (1 - y) softplus(x).
Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target, Where where = Where::here());

// The mean of -w_t log p_t over the targets that count, divided by the sum of their weights w: log_probabilities [.., classes],
// targets [..] i64. Of the options, label smoothing mixes in the mean over classes, as cross_entropy does.
// Throws ShapeError, DtypeError, IndexError, ValueError.
Variable nll_loss(const Variable& log_probabilities, const Tensor& targets, const CrossEntropyOptions& options = {},
                  Where where = Where::here());

// The Kullback-Leibler divergence of distributions from targets: the mean over all rows of sum over classes of t (log t - log p),
// log_probabilities and target [.., classes] of one floating dtype -> []. 0 log 0 is 0, and where t is 0 the class may be
// impossible. For [batch, classes] it is PyTorch's kl_div with the reduction batchmean. Kullback & Leibler 1951, On information
// and sufficiency. Throws ShapeError, DtypeError.
Variable kl_div_loss(const Variable& log_probabilities, const Variable& target, Where where = Where::here());

// Cross-entropy from probabilities, as Keras's sparse_categorical_crossentropy: they are scaled to sum 1 and held in [1e-7, 1 -
// 1e-7].
Variable cross_entropy_from_probabilities(const Variable& probabilities, const Tensor& targets,
                                          const CrossEntropyOptions& options = {}, Where where = Where::here());

}  // namespace weft
