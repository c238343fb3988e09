// Losses on the attention of a decoder, in addition to the loss on its words.
#pragma once

#include <weft/autograd/graph/variable.h>

namespace weft {

// Penalizes attention to positions that have received it before: the sum over the words t of all targets and the positions j of
// their sources of min(a_tj, c_tj), where c_tj is the sum of a_j over the words before t. See et al. 2017, equation 12. weights
// [batch, target time, source time], lengths i64 [batch] of the targets -> one number. Throws ShapeError, DtypeError, IndexError.
Variable coverage_loss(const Variable& weights, const Tensor& target_lengths, Where caller = Where::here());

// The deviation of attention from a known alignment, such as an aligner's: the cross-entropy -sum over t, j of A_tj ln(a_tj +
// 1e-9), with which Chen et al. 2016 guide attention. Words without links, whose row of A is zero, do not count. weights and
// alignment [batch, target time, source time], of one floating dtype -> one number. Throws ShapeError, DtypeError.
Variable alignment_loss(const Variable& weights, const Tensor& alignment, Where caller = Where::here());

}  // namespace weft
